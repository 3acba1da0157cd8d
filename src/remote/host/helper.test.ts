import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { masqueradeRules } from '../../core/hosts/masquerade.js'
import { observeHost } from '../../core/hosts/observe.js'
import { canBePutBack } from '../../core/plan/setting.js'
import { HELPER_FUNCTIONS, HELPER_TEXT as helperText } from './helper-text.js'

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

    it('reads settings of several numbers whole, in any order, with others that are not there', () => {
      const keys = [
        'net.none.such',
        'net.ipv4.ip_local_port_range',
        'net.ipv4.conf.none.rp_filter',
        'net.ipv4.tcp_rmem',
        'net.ipv4.ip_forward',
        'net.ipv4.tcp_rmem',
      ]
      const asked = keys.map((key) => `sysctl ${key}\n`).join('')
      const { status, stdout } = helper(shell, 'probe', `cluster shop\n${asked}--\n`)
      expect(status).toBe(0)
      const there = ['ip_forward', 'ip_local_port_range', 'tcp_rmem'].map((name) => [
        `net.ipv4.${name}`,
        readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').trim().replaceAll(/\s+/g, ' '),
      ])
      expect([...observeHost('here', stdout).state.sysctls].sort()).toEqual(there)
    })

    it('asks the kernel the way to addresses, of both families, and goes on after one that has none', () => {
      const { status, stdout } = helper(
        shell,
        'probe',
        'cluster shop\nway 127.0.0.1\nway 2001:db8:ffff::1\nway 127.0.0.9\n--\n',
      )
      expect(status).toBe(0)
      const { ways, unread } = observeHost('here', stdout)
      expect(unread).toEqual([])
      expect([...ways].filter(([, { local }]) => local)).toEqual(
        ['127.0.0.1', '127.0.0.9'].map((address) => [
          address,
          { local: true, via: undefined, interface: 'lo', source: '127.0.0.1' },
        ]),
      )
    })

    it('takes nothing but an address to ask the way to', () => {
      const { status, stdout } = helper(shell, 'probe', 'cluster shop\nway 1.1.1.1;reboot\n--\n')
      expect([status, stdout]).toEqual([64, expect.stringContaining('bad address')])
    })

    it('looks at neighbours, sockets and the firewall where it is asked to, and at nothing else', () => {
      const { status, stdout, stderr } = helper(
        shell,
        'probe',
        'cluster shop\nlook neighbours\nlook sockets\nlook firewall\nlook connections\n--\n',
      )
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout.match(/^== \w+$/gm)).toEqual(
        expect.arrayContaining(['== neighbours', '== sockets', '== firewall', '== end']),
      )
      const { unread, listens, ruleset } = observeHost('here', stdout)
      expect([unread, listens === undefined, ruleset === undefined]).toEqual([[], false, false])
      expect(helper(shell, 'probe', 'cluster shop\nlook sockets\n--\n').stdout).not.toContain('== firewall')
    })

    /** What a look prints, with stand-ins for the tools. */
    const look = (what: string, tools: string) => {
      const [program, ...args] = shell
      const body = HELPER_FUNCTIONS
      const { stdout, status } = spawnSync(program, [...args, '-c', `${body}\n${tools}\nlook_at_${what}`], {
        encoding: 'utf8',
        timeout: 20_000,
      })
      return { stdout, status }
    }

    it.each([
      [
        'what nft lists',
        'is_loaded() { [ "$1" = nf_tables ]; }; nft() { printf \'{"nftables": []}\'; }',
        'nft {"nftables": []}',
      ],
      [
        'that nft does not list',
        'is_loaded() { [ "$1" = nf_tables ]; }; nft() { return 1; }',
        'unread nft lists its rules to root alone',
      ],
      ['nothing of nft without its module', 'is_loaded() { return 1; }; nft() { echo loaded; }', ''],
      [
        'too many rules to look at',
        'is_loaded() { [ "$1" = nf_tables ]; }; MOST_RULES=3; nft() { echo long; }',
        'unread the rules of nft are more than can be looked at',
      ],
    ])('says of the firewall: %s', (_, tools, said) => {
      expect(look('firewall', tools).stdout).toBe(`== firewall\n${said === '' ? '' : `${said}\n`}`)
    })

    /** What is said where tables of iptables are loaded and there are these tools. */
    const legacyFirewall = (tools: Readonly<Record<string, string>>, more = ':') => {
      const folder = mkdtempSync(join(tmpdir(), 'lvs-tools-'))
      for (const [name, said] of Object.entries(tools)) {
        writeFileSync(join(folder, name), `#!/bin/sh\ncat <<'END'\n${said}\nEND\n`, { mode: 0o755 })
      }
      const loaded = `is_loaded() { case $1 in *_tables) [ "$1" != nf_tables ] ;; esac; }; cat() { echo filter; }`
      const { stdout } = look('firewall', `${loaded}; ${more}; PATH=${folder}:$PATH`)
      rmSync(folder, { recursive: true })
      return stdout.split('\n').filter((line) => line !== '')
    }
    const UNREAD6 = 'unread there are tables of iptables-legacy, and ip6tables-legacy-save does not read them'

    it('says of the firewall: rules and policies of iptables-legacy without their counters, or that they are not read', () => {
      const rule = '-A INPUT -m comment --comment "[1:2]" -j DROP'
      const save = `*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [7:420]\n${rule}\nCOMMIT`
      const tables = ['*filter', ':INPUT DROP', ':OUTPUT ACCEPT', rule].map((line) => `legacy ip ${line}`)
      expect(legacyFirewall({ 'iptables-legacy-save': save })).toEqual(['== firewall', ...tables, UNREAD6])
      // Where there is but one kind, its tools have no kind in their names.
      expect(legacyFirewall({ 'iptables-save': save, iptables: 'iptables v1.4.21' })).toEqual([
        '== firewall',
        ...tables,
        UNREAD6,
      ])
      expect(legacyFirewall({ 'iptables-save': save, iptables: 'iptables v1.8.9 (nf_tables)' })).toEqual([
        '== firewall',
        UNREAD6.replace('ip6', 'ip'),
        UNREAD6,
      ])
      expect(legacyFirewall({ 'iptables-legacy-save': save }, 'MOST_RULES=3')).toEqual([
        '== firewall',
        'unread the rules of iptables-legacy are more than can be looked at',
        UNREAD6,
      ])
    })

    it.skipIf(process.getuid?.() !== 0)(
      'tells who manages networks here, and what they are told to leave alone',
      () => {
        const [program, ...args] = shell
        const files = {
          'netif/links/1': 'ADMIN_STATE=unmanaged\nOPER_STATE=carrier',
          'netif/links/2':
            '# private\nADMIN_STATE=configured\nNETWORK_FILE=/run/systemd/network/10-a.network\nDNS=',
          'netif/links/3': 'ADMIN_STATE=unmanaged\nNETWORK_FILE=/run/systemd/network/20-b.network',
          'netif/links/4': 'ADMIN_STATE=configured\nNETWORK_FILE=/run/x;reboot $(reboot)',
          'network/10-a.network': '[Network]\n#KeepConfiguration=yes\nKeepConfiguration = no',
          'network/10-a.network.d/z.conf': '[Network]\nKeepConfiguration=static',
          'networkd.conf.d/50.conf': '[Network]\nManageForeignRoutes=no\nSpeedMeter=no',
        }
        const make = Object.entries(files).map(
          ([name, text]) =>
            `mkdir -p "/run/systemd/${name.replace(/\/[^/]*$/, '')}"; printf '%s\\n' '${text}' >/run/systemd/${name}`,
        )
        const nmcli = `mkdir /run/NetworkManager /run/bin; printf '#!/bin/sh\\necho "$*"; echo eth1:connected:one; echo no >&2' >/run/bin/nmcli; chmod 755 /run/bin/nmcli`
        const script = ['mount -t tmpfs none /run', ...make, nmcli, 'exec "$@"'].join('\n')
        const { stdout, stderr, status } = spawnSync(
          'unshare',
          [
            '-m',
            'sh',
            '-c',
            script,
            'sh',
            program,
            ...args,
            '-c',
            `${HELPER_FUNCTIONS}\nPATH=/run/bin:$PATH\nlook_at_managers`,
          ],
          { encoding: 'utf8', timeout: 20_000 },
        )
        expect([stderr, status, stdout.split('\n')]).toEqual([
          '',
          0,
          [
            '== networkd',
            '/run/systemd/netif/links/2:ADMIN_STATE=configured',
            '/run/systemd/netif/links/2:NETWORK_FILE=/run/systemd/network/10-a.network',
            '/run/systemd/netif/links/3:NETWORK_FILE=/run/systemd/network/20-b.network',
            '/run/systemd/netif/links/4:ADMIN_STATE=configured',
            '/run/systemd/network/10-a.network:KeepConfiguration = no',
            '/run/systemd/network/10-a.network.d/z.conf:KeepConfiguration=static',
            '/run/systemd/networkd.conf.d/50.conf:ManageForeignRoutes=no',
            '== networkmanager',
            '-t -f DEVICE,STATE,CONNECTION device',
            'eth1:connected:one',
            '',
          ],
        ])
      },
    )

    it('reads a sysctl of an interface with a dot in its name', () => {
      // There is none here: that it looks in the right place and finds nothing is not an error.
      const { status, stdout } = helper(
        shell,
        'probe',
        'cluster shop\nsysctl net.ipv4.conf.eth0/100.rp_filter\n--\n',
      )
      expect([status, observeHost('here', stdout).state.sysctls.size]).toEqual([0, 0])
    })

    /** What functions of the helper run, with stand-ins for the tools that say what they are asked for. */
    const ran = (tools: string, script: string, ...words: readonly string[]) => {
      const [program, ...args] = shell
      const body = HELPER_FUNCTIONS
      const stand = `exec 3>&1; own_table=lvs-designer-shop; drain=0; limited=; is_loaded() { :; }; ${tools}`
      const { stdout, status } = spawnSync(
        program,
        [...args, '-c', `${body}\n${stand}\n${script}`, 'put', ...words],
        { encoding: 'utf8', timeout: 20_000 },
      )
      return { said: stdout.replaceAll(/\n +/g, '; '), status }
    }
    const put = (tools: string, ...words: readonly string[]) => ran(tools, 'put "$@"', ...words)
    const TOOLS = `ip() { [ "$*" = 'fou show' ] && printf 'port 6080 gue -6\\nport 6099 gue\\n' && return; printf 'ip %s\\n' "$*" >&3; }
      nft() { printf 'nft %s\\n' "$*" >&3; }`

    it.each([
      [['fou', '4 6080', 'gue', 'absent'], 'ip -4 fou add port 6080 gue\n'],
      [['fou', '6 6080', 'gue', 'absent'], ''],
      [['fou', '6 6080', 'absent', 'gue'], 'ip -6 fou del port 6080\n'],
      [['fou', '4 6080', 'absent', 'gue'], ''],
      [
        ['tunnel-device', 'lvs-gre-55c639', 'gre local 10.1.0.11 remote any icsum', 'absent'],
        'ip link add name lvs-gre-55c639 type gre local 10.1.0.11 remote any icsum\n',
      ],
      [['tunnel-device', 'lvs-gre-55c639', 'absent', 'gre local 10.1.0.11 remote any icsum'], ''],
      [
        ['mark', '17 ipv4', 'tcp 192.0.2.100 80,443', 'absent'],
        'nft add table inet lvs-designer-shop; add chain inet lvs-designer-shop mark-17-ipv4 { type filter hook prerouting priority mangle; policy accept; }; ' +
          'flush chain inet lvs-designer-shop mark-17-ipv4; add rule inet lvs-designer-shop mark-17-ipv4 ip daddr 192.0.2.100 tcp dport { 80,443 } meta mark set 17\n',
      ],
      [
        ['masquerade', 'tcp 192.0.2.100 80', 'on', 'absent'],
        `nft ${masqueradeRules('lvs-designer-shop', 'tcp 192.0.2.100 80').join('; ')}\n`,
      ],
      [
        ['masquerade', 'sctp 2001:db8::1', 'on', 'absent'],
        `nft ${masqueradeRules('lvs-designer-shop', 'sctp 2001:db8::1').join('; ')}\n`,
      ],
    ] as const)('puts %j', (words, said) => {
      expect(put(TOOLS, ...words)).toEqual({ said, status: 0 })
    })

    it('makes default routes of words that are those of one, and of none by which ip reads a file', () => {
      const judged = (route: string) =>
        ran(
          'id() { echo 0; }',
          'checking=yes; put route 4 "$1" absent; put route 4 absent "$1"; echo taken',
          route,
        ).said
      for (const route of [
        'default via 192.0.2.1 dev eth0',
        'default via 192.0.2.1 dev eth0 proto dhcp src 192.0.2.9 mtu 1400 advmss 1360',
        'default via inet6 fe80::1 dev eth0 onlink',
        'default dev ppp0 scope link',
      ])
        // A plan goes by the same.
        expect([judged(route), canBePutBack(route)]).toEqual(['taken\n', true])
      for (const route of [
        'default encap bpf xmit obj /tmp/x.o section s dev lo',
        'default via 192.0.2.1 encap seg6local action End.BPF endpoint obj /tmp/x.o section s dev lo',
        'default nexthop via 192.0.2.1 encap bpf in obj /tmp/x.o section s',
        'default via 192.0.2.1 dev eth0 table 7',
        'default via 192.0.2.1 dev',
        'default via 192.0.2.1 dev eth0 mtu lock 1400',
        'default nhid 8 via 192.0.2.1 dev eth0',
        '192.0.2.0/24 dev eth0',
        'defaultx dev eth0',
        '-batch /tmp/x',
      ])
        expect([judged(route), canBePutBack(route)], route).toEqual([
          expect.stringMatching(/^refused\tbad route: /),
          false,
        ])
      // The line of one with several gateways, which stand below it.
      expect(canBePutBack('default')).toBe(false)
    })

    it('counts in numbers alone: to count with a word is to run what stands in it', () => {
      const folder = mkdtempSync(join(tmpdir(), 'lvs-count-'))
      try {
        const [program, ...args] = shell
        for (const [verb, lines] of [
          ['connect', 'address 127.0.0.1\nport 1\nprotocol tcp\ncount ssh_connection\n'],
          ['apply', 'tx tx1\ntoken t1\nstage quiesce\ndrain ssh_connection\n'],
          ['prepare', 'tx tx1\ntoken t1\ntimer ssh_connection\n'],
        ] as const) {
          const words = ['-c', helperText, 'lvs-designer', verb, `a[$(touch ${folder}/ran)]`]
          const { status, stdout } = spawnSync(program, [...args, ...words], {
            input: `cluster shop\n${lines}--\n`,
            encoding: 'utf8',
          })
          expect([status, stdout, existsSync(join(folder, 'ran'))]).toEqual([
            64,
            expect.stringMatching(/^refused\tbad number: ssh_connection\t/),
            false,
          ])
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

    it('tells in the words of a tool why it failed, also of one that writes without end', () => {
      const [program, ...args] = shell
      const tell = (ip: string) =>
        spawnSync(
          program,
          [
            ...args,
            '-c',
            `${HELPER_FUNCTIONS}\nlimited=; ip() { ${ip}; }\nput link eth0 up || printf %s "$reason"`,
          ],
          { encoding: 'utf8', timeout: 20_000 },
        ).stdout
      expect(tell('echo out of; echo luck >&2; return 2')).toBe('ip link set dev eth0 up: out of luck')
      expect(tell('return 7')).toBe('ip link set dev eth0 up: ')
      expect(tell('echo fine')).toBe('')
      expect(tell('yes no')).toMatch(/^ip link set dev eth0 up: no no [no ]{1900,2100}$/)
    })

    it('marks every port of an IPv6 VIP', () => {
      const { said } = put(TOOLS, 'mark', '18 ipv6', 'sctp 2001:db8::1', 'absent')
      expect(said).toContain('ip6 daddr 2001:db8::1 meta l4proto sctp meta mark set 18')
    })

    it('takes the table away with the last of its chains, and not before', () => {
      const with_ = (lines: number) => `nft() {
        case $1 in
        list) [ "$2" = chain ] || { i=0; while [ $i -lt ${lines} ]; do echo line; i=$((i + 1)); done; } ;;
        *) printf 'nft %s\\n' "$*" >&3 ;;
        esac
      }`
      const flush =
        'nft flush chain inet lvs-designer-shop mark-17-ipv4; delete chain inet lvs-designer-shop mark-17-ipv4\n'
      expect(put(with_(5), 'mark', '17 ipv4', 'absent', 'tcp 192.0.2.100').said).toBe(flush)
      expect(put(with_(2), 'mark', '17 ipv4', 'absent', 'tcp 192.0.2.100').said).toBe(
        `${flush}nft delete table inet lvs-designer-shop\n`,
      )
    })

    it('takes the chain of what is masqueraded away with the last service in its sets, which are looked at once', () => {
      const holding = (set: string) => `nft() {
        case "$1 \${2-}" in
        'list set') echo "look at $5" >&3; [ "$5" != "${set}" ] || echo 'elements = {' ;;
        'list table') echo 'table'; echo '}' ;;
        'list '*) ;;
        *) printf 'nft %s\\n' "$*" >&3 ;;
        esac
      }`
      const [chain, every] = ['masquerade-tcp-ipv4', 'masquerade-tcp-ipv4-every-port']
      const gone = ['192.0.2.100', '192.0.2.101'].map((vip) => ({
        put: `put masquerade 'tcp ${vip} 80' absent on`,
        said: `nft delete element inet lvs-designer-shop ${chain} { ${vip} . 80 }\n`,
      }))
      const stop = (tools: string) =>
        ran(tools, [...gone.map((each) => each.put), 'end_masquerading'].join('\n'))
      const elements = gone.map(({ said }) => said).join('')
      expect(stop(holding(chain))).toEqual({ said: `${elements}look at ${chain}\n`, status: 0 })
      expect(stop(holding(every)).said).toBe(`${elements}look at ${chain}\nlook at ${every}\n`)
      expect(stop(holding('none')).said).toBe(
        `${elements}look at ${chain}\nlook at ${every}\n` +
          `nft flush chain inet lvs-designer-shop ${chain}; delete chain inet lvs-designer-shop ${chain}; ` +
          `delete set inet lvs-designer-shop ${chain}; delete set inet lvs-designer-shop ${every}; ` +
          `delete set inet lvs-designer-shop ${chain}-vips\n` +
          'nft delete table inet lvs-designer-shop\n',
      )
      // Where nothing was taken away, nothing is looked at.
      expect(ran(holding('none'), 'end_masquerading')).toEqual({ said: '', status: 0 })
    })

    it.each([
      ['fou', '4 6080;reboot', 'gue'],
      ['masquerade', 'tcp 192.0.2.1 80;reboot', 'on'],
      ['masquerade', 'tcp 192.0.2.1 80', 'off'],
      ['masquerade', 'tcp 192.0.2.1/0 80', 'on'],
      ['masquerade', 'tcp lo 80', 'on'],
      ['masquerade', 'icmp 192.0.2.1', 'on'],
      ['masquerade', 'tcp', 'on'],
      ['fou', '5 6080', 'gue'],
      ['fou', '4 6080', 'ipproto 4'],
      ['tunnel-device', 'eth0', 'absent'],
      ['tunnel-device', 'lvs-x', 'dummy'],
      ['tunnel-device', 'lvs-x', 'gre local $(reboot)'],
      ['tunnel-device', '-lvs-x', 'absent'],
      ['mark', '17 ipv5', 'tcp 192.0.2.1'],
      ['mark', '1x ipv4', 'tcp 192.0.2.1'],
      ['mark', '17 ipv4', 'tcp 192.0.2.1/0'],
      ['mark', '17 ipv4', 'tcp 2001:db8::1'],
      ['mark', '17 ipv4', 'tcp 192.0.2.1 80}'],
      ['mark', '17 ipv4', 'tcp 192.0.2.1 80-90'],
      ['mark', '17 ipv4', 'icmp 192.0.2.1'],
      ['mark', '17 ipv6', 'tcp ::1;drop'],
    ])('refuses to put %s %s into %s', (...words) => {
      const { said, status } = put(TOOLS, ...words, 'absent')
      expect([said.split('\t')[0], status]).toEqual(['refused', 64])
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
      ['a look it does not know', 'probe', 'cluster a\nlook around\n--\n'],
      ['a look with a command in it', 'probe', 'cluster a\nlook sockets;reboot\n--\n'],
      ['a word it does not know', 'probe', 'cluster a\nhello there\n--\n'],
      ['a verb it does not know', 'reboot', 'cluster a\n--\n'],
      ['steps without the lock', 'apply', 'cluster a\ntoken t\ntx x\nstage directors\n--\n'],
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

  it('is ASCII: any locale reads it, and V8 keeps it in half the memory, which counts on fifty hosts at once', () => {
    expect(helperText).toMatch(/^[\n\t -~]+$/)
  })
})
