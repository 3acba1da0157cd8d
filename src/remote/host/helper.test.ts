import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { observeHost } from '../../core/hosts/observe.js'
import helperText from './helper.sh'

/** The shells the helper must run under. */
const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'ash'],
]

function helper(shell: readonly [string, ...string[]], verb: string, input: string) {
  const [program, ...args] = shell
  const { status, stdout, stderr } = spawnSync(
    program,
    [...args, '-c', helperText, 'lvs-designer', verb, '198.51.100.9 50000 192.0.2.1 22'],
    {
      input,
      encoding: 'utf8',
      timeout: 20_000,
    },
  )
  return { status, stdout, stderr }
}

describe.each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'the on-host helper under $name',
  ({ shell }) => {
    it('probes what it is asked for, in one go, and changes nothing', () => {
      const { status, stdout } = helper(
        shell,
        'probe',
        'cluster shop\nsysctl net.ipv4.ip_forward\nsysctl net.ipv4.conf.lo.rp_filter\nsysctl net.none.such\nmodule no_such_module\n--\n',
      )
      expect(status).toBe(0)
      const observed = observeHost('here', stdout)
      expect(observed.unread).toEqual([])
      expect([...observed.state.sysctls.keys()]).toEqual([
        'net.ipv4.ip_forward',
        'net.ipv4.conf.lo.rp_filter',
      ])
      expect(observed.state.sysctls.get('net.ipv4.ip_forward')).toBe(
        readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim(),
      )
      expect(observed.state.interfaces.get('lo')).toMatchObject({ up: true })
      expect(observed.state.interfaces.get('lo')?.addresses).toContainEqual({
        address: '127.0.0.1',
        prefix: 8,
        deprecated: false,
      })
      expect(observed.missingModules).toEqual(new Set(['no_such_module']))
      expect(observed.userId).toBe(process.getuid?.())
      expect(observed.sshPeer).toBe('198.51.100.9')
      expect(stdout).toMatch(/== end\n$/)
    })

    it('reads a sysctl of an interface with a dot in its name', () => {
      // There is none here: that it looks in the right place and finds nothing is not an error.
      const { status, stdout } = helper(
        shell,
        'probe',
        'cluster shop\nsysctl net.ipv4.conf.eth0/100.rp_filter\n--\n',
      )
      expect([status, observeHost('here', stdout).state.sysctls.size]).toEqual([0, 0])
    })

    it.each([
      ['a cluster that leaves its folder', 'probe', 'cluster ../../etc\n--\n'],
      ['a cluster that is an option', 'probe', 'cluster -rf\n--\n'],
      ['no cluster', 'probe', '--\n'],
      ['a sysctl that leaves /proc/sys', 'probe', 'cluster a\nsysctl net/../../etc/passwd\n--\n'],
      [
        'a sysctl that leaves it by dots and slashes',
        'probe',
        'cluster a\nsysctl net.//.//.etc.passwd\n--\n',
      ],
      ['a sysctl with a command in it', 'probe', 'cluster a\nsysctl net.$(touch${IFS}x)\n--\n'],
      ['a module with a command in it', 'probe', 'cluster a\nmodule a;reboot\n--\n'],
      ['a word it does not know', 'probe', 'cluster a\nhello there\n--\n'],
      ['a verb it does not know', 'reboot', 'cluster a\n--\n'],
      ['steps without the lock', 'apply', 'cluster a\ntoken t\n--\ns1\tsysctl\tkernel.hostname\tx\town\ty\n'],
    ])('refuses %s', (_, verb, input) => {
      const { status, stdout, stderr } = helper(shell, verb, input)
      expect(stdout).toMatch(/^refused\t/m)
      expect(stdout).not.toMatch(/root:/)
      expect([status, stderr]).toEqual([64, ''])
    })
  },
)

describe('the text of the helper', () => {
  it('is clean by shellcheck', () => {
    // Options of tools are meant to be split into words; -f is set, so nothing else happens to them.
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-'], {
      input: helperText,
      encoding: 'utf8',
    })
    expect([stdout, status]).toEqual(['', 0])
  })
})
