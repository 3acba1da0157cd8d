import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HELPER_FUNCTIONS } from './helper-text.js'

const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'ash'],
]
/** Folders of the machine are covered by those of the test, in a mount namespace, which only root may. */
const may = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0

/** The helper on machines that start services by other means, with those means recorded. */
describe.skipIf(!may).each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'a host with another service manager, under $name',
  ({ shell }) => {
    let place = ''
    beforeEach(() => {
      place = mkdtempSync(join(tmpdir(), 'lvs-services-'))
      for (const folder of ['run', 'units', 'init.d', 'home', 'tools']) mkdirSync(join(place, folder))
    })
    afterEach(() => {
      rmSync(place, { recursive: true })
    })

    function run(commands: string): string {
      const covered: readonly (readonly [string, string])[] = [
        ['run', '/run'],
        ['units', '/etc/systemd/system'],
        ['init.d', '/etc/init.d'],
      ]
      // Programs rather than functions, since the helper looks for them before it asks them.
      for (const tool of ['systemd-run', 'systemctl', 'rc-update']) {
        const program = `#!/bin/sh\nprintf '%s %s\\n' ${tool} "$*" >>${place}/said\n`
        writeFileSync(join(place, 'tools', tool), program, { mode: 0o755 })
      }
      const text = `${HELPER_FUNCTIONS.replaceAll('/etc/inittab', join(place, 'inittab'))}
PATH=${place}/tools:$PATH
sync() { :; }
cluster=shop home=${place}/home tx=tx1 timer=90 limited= folder=${place}/home/tx1 volatile=${place}/home/volatile
${commands}`
      writeFileSync(join(place, 'script'), text)
      const mounts = covered
        .filter(([, to]) => existsSync(to))
        .map(([from, to]) => `mount --bind ${join(place, from)} ${to}`)
      const { status, stderr } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', `${mounts.join(' && ')} && exec ${shell.join(' ')} ${join(place, 'script')}`],
        { encoding: 'utf8', timeout: 30_000 },
      )
      expect([status, stderr]).toEqual([0, ''])
      return existsSync(join(place, 'said')) ? readFileSync(join(place, 'said'), 'utf8') : ''
    }

    const unit = () => join(place, 'units', 'lvs-designer-shop.service')
    const service = () => join(place, 'init.d', 'lvs-designer-shop')

    it('has a unit of systemd that runs at boot, and goes again', () => {
      mkdirSync(join(place, 'run', 'systemd', 'system'), { recursive: true })
      expect(run('install_hook && install_hook')).toBe(
        'systemctl daemon-reload\nsystemctl enable --quiet lvs-designer-shop.service\n' +
          'systemctl enable --quiet lvs-designer-shop.service\n',
      )
      expect(statSync(unit()).mode & 0o777).toBe(0o644)
      expect(readFileSync(unit(), 'utf8')).toContain(`ExecStart=/bin/sh ${place}/home/boot\n`)
      expect(readFileSync(join(place, 'home', 'boot'), 'utf8')).toContain('helper boot')
      // Of one that was being written as the power failed.
      writeFileSync(`${unit()}.new`, '')
      run('remove_hook')
      expect([existsSync(unit()), existsSync(`${unit()}.new`)]).toEqual([false, false])
      expect(existsSync(join(place, 'home', 'boot'))).toBe(false)
    })

    it('loses a unit that has outlived what it was about, as soon as anybody looks at the host', () => {
      mkdirSync(join(place, 'run', 'systemd', 'system'), { recursive: true })
      const settle = 'hold() { :; }\nhome=$home/gone\nsettle'
      expect(run(settle)).toBe('')
      writeFileSync(unit(), '')
      expect(run(settle)).toBe(
        'systemctl disable --quiet lvs-designer-shop.service\nsystemctl daemon-reload\n',
      )
      expect(existsSync(unit())).toBe(false)
    })

    it('has a timer of systemd, which is read back', () => {
      mkdirSync(join(place, 'run', 'systemd', 'system'), { recursive: true })
      expect(run('arm')).toBe(
        'systemd-run --quiet --unit=lvs-designer-tx1 --on-active=90s --timer-property=AccuracySec=1s ' +
          `/bin/sh -c exec /bin/sh "$1/helper" deadman <"$1/words" lvs-designer ${place}/home/tx1\n` +
          'systemctl is-active --quiet lvs-designer-tx1.timer\n',
      )
    })

    it('has a service of OpenRC where that starts things', () => {
      expect(run('find_boot_manager() { manager=openrc; }\ninstall_hook')).toBe(
        'rc-update add lvs-designer-shop default\n',
      )
      expect(statSync(service()).mode & 0o777).toBe(0o755)
      run('find_boot_manager() { manager=openrc; }\nremove_hook')
      expect(existsSync(service())).toBe(false)
    })

    it('has a line for the init of busybox, and nothing is left of it, nor of one that was cut off', () => {
      const lines = '::sysinit:/bin/mount -a\n'
      const inittab = join(place, 'inittab')
      writeFileSync(inittab, lines)
      const busybox = 'find_boot_manager() { manager=busybox; }\n'
      run(`${busybox}install_hook`)
      expect(readFileSync(inittab, 'utf8')).toBe(`${lines}::sysinit:/bin/sh ${place}/home/boot\n`)
      run(`${busybox}has_hook && remove_hook`)
      expect(readFileSync(inittab, 'utf8')).toBe(lines)
      writeFileSync(`${inittab}.lvs`, lines)
      run(`${busybox}has_hook && remove_hook && ! has_hook`)
      expect(readFileSync(inittab, 'utf8')).toBe(lines)
      expect(existsSync(`${inittab}.lvs`)).toBe(false)
    })
  },
)

describe('the unit', () => {
  const analyze = spawnSync('systemd-analyze', ['--version']).status === 0

  it.skipIf(!analyze)('is sound by systemd-analyze', () => {
    const place = mkdtempSync(join(tmpdir(), 'lvs-unit-'))
    const file = join(place, 'lvs-designer-shop.service')
    const text = spawnSync('sh', [
      '-c',
      `${HELPER_FUNCTIONS}\ncluster=shop home=/var/lib/lvs-designer/shop\nwrite_unit; printf "%s\\n" "$text"`,
    ])
    writeFileSync(file, text.stdout)
    const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    })
    rmSync(place, { recursive: true })
    expect([stdout, stderr.split('\n').filter((line) => line.includes('lvs-designer')), status]).toEqual([
      '',
      [],
      0,
    ])
  })
})
