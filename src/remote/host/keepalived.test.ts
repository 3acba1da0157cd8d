import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileState } from '../../core/hosts/file-state.js'
import { deriveCluster } from '../../core/hosts/cluster.js'
import { directorConfiguration } from '../../core/hosts/keepalived/director-file.js'
import { parseTopology } from '../../core/topology/parse.js'
import { HELPER_FUNCTIONS } from './helper-text.js'

const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'ash'],
]
/** Files are mounted over others, in a mount namespace, which only root may. */
const may = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0

const { topology, services } = deriveCluster(
  parseTopology(readFileSync('test/fixtures/keepalived-pair.lvs.yaml', 'utf8')).topology,
)
const written = (host: string) => directorConfiguration(topology, services, host)?.written.text ?? ''
const [OLD, NEW] = ['global_defs {\n    router_id old\n}\n', written('lb1')]

/** Stands for keepalived: a process of that name which notes what it is told, and that it was asked for its opinion. */
const DAEMON = (place: string) => `#!/bin/sh
case "$*" in
-t*) grep -q nonsense "$3" && printf '(%s: Line 1) nonsense\\n' "$3" >&2; exit 5 ;;
esac
(
  trap 'printf "HUP\\n" >>${place}/told' HUP
  trap 'printf "TERM\\n" >>${place}/told; rm -f ${place}/pid; exit 0' TERM
  printf 'start\\n' >>${place}/told
  while :; do sleep 0.05; done
) &
echo $! >${place}/pid
`

describe.skipIf(!may).each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'the file of keepalived on a host, under $name',
  ({ shell }) => {
    let place = ''
    beforeEach(() => {
      place = mkdtempSync(join(tmpdir(), 'lvs-keepalived-'))
      for (const folder of ['etc', 'run', 'tools']) mkdirSync(join(place, folder))
      writeFileSync(join(place, 'tools', 'keepalived'), DAEMON(place), { mode: 0o755 })
    })
    afterEach(() => {
      rmSync(place, { recursive: true })
    })

    /** Runs commands with the helper's functions; what they print. `disk` is the file without what is mounted over it. */
    function run(commands: string): string {
      const text = `${HELPER_FUNCTIONS}
PATH=${place}/tools:$PATH
KEEPALIVED_CONF=${place}/etc/keepalived.conf KEEPALIVED_PIDS=${place}/pid SERVICE_RUNS=/nowhere LOCK_DIR=${place}/run
sync() { :; }
limited= folder=${place}
disk() { (locate_conf; while is_staged; do umount "$conf"; done; cat "$conf" 2>/dev/null || printf 'none\\n'); }
seen() { cat "$KEEPALIVED_CONF"; }
OLD='${fileState(OLD)}' NEW='${fileState(NEW)}' WRONG='${fileState('nonsense\n')}'
${commands}`
      writeFileSync(join(place, 'script'), text)
      const { status, stdout, stderr } = spawnSync('unshare', ['-m', ...shell, join(place, 'script')], {
        encoding: 'utf8',
        timeout: 30_000,
      })
      expect([status, stderr]).toEqual([0, ''])
      return stdout
    }
    const onDisk = () => readFileSync(join(place, 'etc', 'keepalived.conf'), 'utf8')

    it('is on the disk as it was, until it is kept', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), OLD, { mode: 0o644 })
      expect(run('put_conf "$NEW" && seen')).toBe(NEW)
      expect(onDisk()).toBe(OLD)
      expect(run('put_conf "$NEW" && put_conf "$NEW" && keep_conf && is_staged || seen')).toBe(NEW)
      expect(onDisk()).toBe(NEW)
      expect(run(`stat -c %a ${place}/etc/keepalived.conf; ls ${place}/etc ${place}/run`)).toMatch(
        /^644\n.*etc:\nkeepalived\.conf\n\n.*run:\n$/s,
      )
    })

    it('goes back to what is on the disk without a trace', () => {
      expect(run(`put_conf "$NEW" && put_conf absent && ls ${place}/etc ${place}/run`)).not.toMatch(/conf/)
      writeFileSync(join(place, 'etc', 'keepalived.conf'), OLD)
      const inode = `stat -c '%i %Y %a' ${place}/etc/keepalived.conf`
      const [before, after] = run(
        `${inode}; put_conf "$NEW" && put_conf "$OLD" && ${inode}; is_staged && echo staged; :`,
      ).split('\n')
      expect(after).toBe(before)
    })

    it('goes away when that is kept, and not before', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), OLD)
      expect(run('put_conf absent && seen && disk')).toBe(OLD)
      expect(run('put_conf absent && keep_conf && disk')).toBe('none\n')
    })

    it('stays mounted where the disk does not take it', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), OLD)
      expect(
        run(`put_conf "$NEW"; flush() { return 1; }; keep_conf || printf '%s: ' "\${reason#*write }"; seen`),
      ).toBe(`${place}/etc/keepalived.conf: ${NEW}`)
      expect(onDisk()).toBe(OLD)
    })

    it('is read again by one that runs, which is started and ended and never restarted', () => {
      expect(
        run(`start_keepalived && start_keepalived && look_at_keepalived
          await() { until grep -q "$1" ${place}/told; do sleep 0.05; done; }
          await start; put_conf "$NEW" && await HUP
          owns_conf=yes; look_at_keepalived
          owns_conf=; look_at_keepalived
          stop_keepalived && stop_keepalived && cat ${place}/told; look_at_keepalived`),
      ).toBe(
        `== files\n== daemons\nkeepalived\n` +
          `== files\n${place}/etc/keepalived.conf ${fileState(NEW)}\n== daemons\nkeepalived\n` +
          `== files\n${place}/etc/keepalived.conf foreign\n== daemons\nkeepalived\n` +
          `start\nHUP\nTERM\n== files\n${place}/etc/keepalived.conf foreign\n== daemons\n`,
      )
    })

    it('does not leave the host with a password in it', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), `${OLD}  auth_pass canary\n`)
      expect(run('owns_conf=yes; look_at_keepalived')).toBe(
        `== files\n${place}/etc/keepalived.conf foreign\n== daemons\n`,
      )
    })

    it('is shown to keepalived before it is to hold, and what that says of it is the reason', () => {
      const wanted = (state: string) =>
        run(`printf 'sysctl\\tx\\t1\\nfile\\t%s\\t%s\\n' "$KEEPALIVED_CONF" "$${state}" >${place}/wanted
          if conf_is_sound; then echo sound; else printf '%s\\n%s\\n' "$reason" "$remedy"; fi`)
      expect(wanted('NEW')).toBe('sound\n')
      expect(wanted('WRONG')).toMatch(
        /^keepalived does not take its new file as it is: \(.*keepalived.conf: Line 1\) nonsense\nnothing was changed; /,
      )
      // What is there already is not asked about again.
      writeFileSync(join(place, 'etc', 'keepalived.conf'), 'nonsense\n')
      expect(wanted('WRONG')).toBe('sound\n')
    })

    const judged = (text: string) =>
      run(`refuse() { printf '%s\\n' "$1"; exit; }; valid_conf '${fileState(text)}'; echo taken`)

    it('is taken as this program writes it', () => {
      for (const host of ['lb1', 'lb2']) expect(judged(written(host))).toBe('taken\n')
    })

    it.each([
      'vrrp_script x {',
      '    script "/bin/sh"',
      '    notify /bin/sh',
      '    notify_master "/bin/sh -c id"',
      '    quorum_up /bin/sh',
      'include /etc/passwd',
      '    include /etc/keepalived/secrets/../x.conf',
      '    net_namespace x',
      '    lvs_notify_fifo /x',
      'real_server 192.0.2.1 80 { notify_up /x }',
      '    weight 1 } notify /x',
      '    weight ${_ENV X}',
      '    script_user root',
      '    user root',
      '    misc_path "/bin/sh"',
      '    misc_path "/bin/sh" }',
      '@lb1 notify /x',
      'weight 1\\',
    ])('is refused with "%s"', (line) => {
      expect(judged(`${OLD}${line}\n`)).toMatch(/^keepalived\.conf would have /)
    })

    it('may be put back as it was, whoever has written it', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), 'notify /x\n')
      expect(judged('notify /x\n')).toBe('taken\n')
    })
  },
)
