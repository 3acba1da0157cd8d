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
printf 's1\\tdirectors\\tfile\\t%s\\n' "$KEEPALIVED_CONF" >${place}/steps
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

    it('is absent again after a reboot before it was confirmed, and what others have there is not', () => {
      const written = (journal: string) => {
        writeFileSync(join(place, 'journal'), journal)
        writeFileSync(
          join(place, 'undo'),
          `s2\tdirectors\tsysctl\tnet.x\t0\t1\ns1\tdirectors\tfile\t${place}/etc/keepalived.conf\tabsent\t${fileState(NEW)}\n`,
        )
      }
      // What is mounted is gone with the namespace of each run, as it is with a reboot.
      const reboot = () => run('forget() { :; }; note() { echo "$1"; }; forget_after_reboot; disk')
      written('s1\n')
      run('put_conf "$NEW"')
      expect(reboot()).toBe('undone by a reboot\nnone\n')
      writeFileSync(join(place, 'etc', 'keepalived.conf'), OLD)
      expect(reboot()).toBe(`undone by a reboot\n${OLD}`)
      writeFileSync(join(place, 'etc', 'keepalived.conf'), '')
      written('s2\n')
      expect(reboot()).toBe('undone by a reboot\n')
      rmSync(join(place, 'undo'))
      expect(reboot()).toBe('undone by a reboot\n')
    })

    it('stays mounted where the disk does not take it', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), OLD)
      expect(
        run(`put_conf "$NEW"; flush() { return 1; }; keep_conf || printf '%s: ' "\${reason#*write }"; seen`),
      ).toBe(`${place}/etc/keepalived.conf: ${NEW}`)
      expect(onDisk()).toBe(OLD)
    })

    it('becomes the file also where the call that was at it has died', () => {
      const etc = join(place, 'etc')
      const died = (state: string, tool: string) =>
        run(
          `put_conf ${state} && (${tool}() { exit; }; keep_conf); keep_conf && is_staged || disk; ls ${etc} ${place}/run`,
        )
      for (const tool of ['umount', 'mv', 'rm', 'flush']) {
        writeFileSync(join(etc, 'keepalived.conf'), OLD)
        expect(died('"$NEW"', tool), tool).toBe(`${NEW}${etc}:\nkeepalived.conf\n\n${place}/run:\n`)
        expect(died('absent', tool), tool).toBe(`none\n${etc}:\n\n${place}/run:\n`)
      }
      // What such a call has left is not taken for the file of another.
      writeFileSync(join(etc, 'keepalived.conf'), OLD)
      writeFileSync(join(etc, 'keepalived.conf.lvs'), 'half')
      expect(run('put_conf absent && keep_conf; disk')).toBe('none\n')
    })

    it('is not kept by a deployment that is not about it', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), OLD)
      expect(run(`put_conf "$NEW"; rm ${place}/steps; keep_conf && seen`)).toBe(NEW)
      expect(onDisk()).toBe(OLD)
      const wanted = `printf 'file\\t%s\\tx\\n' "$KEEPALIVED_CONF" >${place}/wanted`
      expect(run(`put_conf "$NEW"; rm ${place}/steps; ${wanted}; keep_conf && is_staged || seen`)).toBe(NEW)
      expect(onDisk()).toBe(NEW)
    })

    it('is read again by one that runs, which is started and ended and never restarted', () => {
      expect(
        run(`start_keepalived && start_keepalived && look_at_keepalived
          await() { until grep -q -s "$1" ${place}/told; do sleep 0.05; done; }
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

    /** Where the helper was installed for sudo, and where it was not. */
    const judged = (text: string, installed = true) =>
      run(`refuse() { printf '%s\n' "$1"; exit; }
        id() { case $3 in keepalived_script) echo 900 ;; nobody) echo 65534 ;; nagios) echo 901 ;; toor) echo 0 ;; *) return 1 ;; esac; }
        ${installed ? '' : 'is_installed() { return 1; }'}
        valid_conf '${fileState(text)}'; echo taken`)
    const check = (...lines: readonly string[]) =>
      ['MISC_CHECK {', ...lines.map((line) => `    ${line}`), '}', ''].join('\n')
    const [SCRIPT, TIMEOUT, USER] = [
      'misc_path "/usr/lib/check-mail --fast"',
      'misc_timeout 5',
      'user keepalived_script',
    ]

    it('is taken as this program writes it', () => {
      for (const host of ['lb1', 'lb2']) expect(judged(written(host))).toBe('taken\n')
      expect(written('lb1')).toContain('misc_path')
      expect(judged(OLD + check(SCRIPT, TIMEOUT, USER, 'retry 2'))).toBe('taken\n')
      expect(judged(OLD + check(SCRIPT, TIMEOUT, 'user nobody'))).toBe('taken\n')
    })

    it('has its scripts run by other users only where who deploys may do anything', () => {
      const other = OLD + check(SCRIPT, TIMEOUT, 'user nagios')
      expect(judged(other)).toMatch(/^keepalived\.conf would have scripts run by nagios, who may have rights/)
      expect(judged(other, false)).toBe('taken\n')
      expect(judged(OLD + check(SCRIPT, TIMEOUT, 'user toor'), false)).toMatch(/who is root/)
      expect(judged(OLD + check(SCRIPT, TIMEOUT, 'user none'), false)).toMatch(/there is no such user/)
    })

    it.each([
      ['of which another says who runs it', check(SCRIPT, TIMEOUT) + check(SCRIPT, TIMEOUT, USER)],
      ['of which nothing says who runs it', check(SCRIPT, TIMEOUT, 'retry 1')],
      ['of which it is said afterwards', check(SCRIPT, USER, TIMEOUT)],
      ['of which it is said twice', check(SCRIPT, TIMEOUT, USER, 'user root')],
      ['that has a group', check(SCRIPT, TIMEOUT, 'user nobody disk')],
      ['that is the second', check(SCRIPT, TIMEOUT, USER, SCRIPT)],
      ['that is looked for', check('misc_path "check"', TIMEOUT, USER)],
      ['that is the last word', `MISC_CHECK {\n${SCRIPT}\n${TIMEOUT}`],
      ['of which a remark takes the user away', check(SCRIPT, TIMEOUT, '# \\', USER)],
      ['whose user is cut off', check(SCRIPT, TIMEOUT, `${USER}${' '.repeat(1100)}`)],
      ['that is elsewhere', `vrrp_script x {\n${SCRIPT}\n}\n`],
      ['that has control characters', check(`misc_path "/x\u0000y"`, TIMEOUT, USER)],
    ])('is refused with a script %s', (_, text) => {
      expect(judged(OLD + text)).toMatch(/^keepalived\.conf would have /)
      expect(judged(OLD + text, false)).toMatch(/^keepalived\.conf would have /)
    })

    it.each([
      'vrrp_script x {',
      '    script "/bin/sh"',
      '    notify /bin/sh',
      '    notify_master "/bin/sh -c id"',
      '    notify_master dev x',
      '    notify_down',
      '    startup_script dev x',
      '    quorum_up /bin/sh',
      'reload_check_config /etc/passwd',
      'reload_check_config x',
      'include /etc/passwd',
      '    include /etc/keepalived/secrets/../x.conf',
      '    include /etc/keepalived/secrets/*.conf',
      '    net_namespace x',
      '    lvs_notify_fifo /x',
      '    vrrp_notify_fifo dev x',
      '    dynamic_interfaces',
      '    enable_snmp_vrrp',
      '    enable_dbus',
      '    use_pid_dir',
      '    process_names',
      '    checker_log_all_failures',
      'bfd_instance x {',
      'track_file x {',
      'vrrp_track_process x {',
      'real_server 192.0.2.1 80 { notify_up /x }',
      '    weight 1 } notify /x',
      '    weight ${_ENV X}',
      '    weight\t1',
      '    weight 1\r',
      '    weight 1\u0000',
      '    weight \u00e4',
      `# ${'x'.repeat(1100)} notify /x`,
      '    # remark \\',
      '# remark \\',
      '! remark',
      '    script_user root',
      '    script_user nobody disk',
      '    script_user daemon',
      '    user root',
      '    user keepalived_script',
      '    misc_path "/bin/sh"',
      '    misc_path "/bin/sh" }',
      '@lb1 notify /x',
      '~SEQ(x, 1, 2) notify /x',
      'weight 1\\',
    ])('is refused with "%s"', (line) => {
      expect(judged(`${OLD}${line}\n`)).toMatch(/^keepalived\.conf would have /)
    })

    it('is refused with a block in one of names', () => {
      expect(
        judged(`${OLD}unicast_peer {\n    192.0.2.1\n    real_server 192.0.2.1 80 {\n    x\n}\n}\n`),
      ).toMatch(/^keepalived\.conf would have .*real_server/)
    })

    it('is refused where it cannot be looked at', () => {
      for (const tool of ['tr', 'sed', 'grep', 'head', 'cut'])
        expect(
          run(`refuse() { printf '%s\\n' "$1"; exit; }
            ${tool} () { return 1; }
            valid_conf '${fileState('notify /x\n')}'; echo taken`),
        ).toMatch(/^keepalived\.conf would have /)
    })

    it('may be put back as it was, whoever has written it', () => {
      writeFileSync(join(place, 'etc', 'keepalived.conf'), 'notify /x\n')
      expect(judged('notify /x\n')).toBe('taken\n')
    })
  },
)
