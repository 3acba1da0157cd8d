import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'
import type { Cause } from '../../src/core/plan/diagnosis.js'
import { applyDeployment } from '../../src/remote/deploy/deploy.js'
import { loadSshConfig } from '../../src/remote/ssh/ssh-config.js'
import { startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

/** One thing that somebody does to a host by hand, how it is put back, and what a diagnosis must name. */
interface Fault {
  readonly what: string
  readonly host: string
  readonly by: string
  readonly back: string
  /** Of the cause; with the host at fault where that is another one. */
  readonly named: string
  /** How walks end by it; empty where it hides behind another. */
  readonly verdicts: readonly string[]
  /** A piece of the first fix. */
  readonly fix: string
}

const VIP = '192.0.2.100'
const FAR = '192.0.2.101'
const INNER = '192.0.2.102'
const APPLY = '"lvs-designer apply" makes'

/** A firewall of somebody else. */
const table = (chain: string, hook: string, rule: string) => ({
  by: `nft 'table inet mine { chain ${chain} { type filter hook ${hook} priority 0; ${rule}; }; }'`,
  back: 'nft delete table inet mine',
})
const RS2_MAC =
  '$(ping -c 1 -W 2 192.0.2.12 >/dev/null; ip neigh show to 192.0.2.12 | sed "s/.*lladdr //; s/ .*//")'

/** The daemon is started again by init as soon as it ends, and reads where to listen. */
const listensAt = (address: string) =>
  `echo 'tcp ${address} 80' > /etc/lvs-lab/listens; for each in $(pidof perl); do if grep -q answer.pl /proc/$each/cmdline; then kill $each; fi; done; ` +
  `for i in $(seq 100); do ss -lntH | grep -q ' ${address === '*' ? '0.0.0.0' : address}:80 ' && break; sleep 0.2; done`

/** Those of a round are made at once, on ways that have nothing to do with each other. */
const ROUNDS: readonly (readonly Fault[])[] = [
  [
    {
      what: 'the VIP was taken off a real server of DR',
      host: 'rs1',
      by: `ip address del ${VIP}/32 dev lo`,
      back: `ip address add ${VIP}/32 dev lo`,
      named: 'DR-VIP-MISSING rs1',
      verdicts: ['VIP_NOT_ON_REAL_SERVER'],
      fix: `${APPLY} rs1 as drawn: add ${VIP}/32 to lo`,
    },
    {
      what: 'a tunnel device is down',
      host: 'rs3',
      by: 'ip link set tunl0 down',
      back: 'ip link set tunl0 up',
      named: 'TUN-DECAP rs3',
      verdicts: ['TUNNEL_NOT_SUPPORTED'],
      fix: `${APPLY} rs3 as drawn: set tunl0 up`,
    },
    {
      what: 'a real server of NAT has another gateway',
      host: 'rs4',
      by: 'ip route replace default via 10.3.0.254 dev eth0',
      back: 'ip route replace default via 10.3.0.1 dev eth0',
      named: 'NAT-GW rs4',
      verdicts: ['REPLY_SKIPS_DIRECTOR'],
      fix: `${APPLY} rs4 as drawn: set the IPv4 default route`,
    },
  ],
  [
    {
      what: 'a real server answers ARP for the VIP',
      host: 'rs2',
      by: 'sysctl -qw net.ipv4.conf.all.arp_ignore=0',
      back: 'sysctl -qw net.ipv4.conf.all.arp_ignore=1',
      named: 'DR-ARP rs2',
      verdicts: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
      fix: `${APPLY} rs2 as drawn: set net.ipv4.conf.all.arp_ignore from 0 to 1`,
    },
    {
      what: 'a strict reverse path filter is on a tunnel device',
      host: 'rs3',
      by: 'sysctl -qw net.ipv4.conf.tunl0.rp_filter=1',
      back: 'sysctl -qw net.ipv4.conf.tunl0.rp_filter=2',
      named: 'TUN-RPF rs3',
      verdicts: ['RP_FILTER_DROP'],
      fix: `${APPLY} rs3 as drawn: set net.ipv4.conf.tunl0.rp_filter from 1 to 2`,
    },
    {
      what: 'the director does not forward',
      host: 'lb1',
      by: 'sysctl -qw net.ipv4.ip_forward=0',
      back: 'sysctl -qw net.ipv4.ip_forward=1',
      named: 'NAT-FWD lb1',
      verdicts: ['FORWARDING_OFF'],
      fix: `${APPLY} lb1 as drawn: set net.ipv4.ip_forward from 0 to 1`,
    },
  ],
  [
    {
      what: 'the firewall of a real server drops requests by iptables of the older kind',
      host: 'rs1',
      by: 'iptables-legacy -A INPUT -p tcp --dport 80 -j DROP',
      back: 'iptables-legacy -D INPUT -p tcp --dport 80 -j DROP',
      named: 'HOST-FIREWALL rs1',
      verdicts: ['FIREWALL_DROP'],
      fix: 'Accept what the service needs in the chain named',
    },
    {
      what: 'the firewall of a real server drops what is tunnelled',
      host: 'rs3',
      ...table('input', 'input', 'ip protocol ipip drop'),
      named: 'HOST-FIREWALL rs3',
      verdicts: ['FIREWALL_DROP'],
      fix: 'Accept what the service needs in the chain named',
    },
    {
      what: 'the firewall of the director accepts what it knows to be of a connection alone',
      host: 'lb1',
      ...table('forward', 'forward', 'policy drop; ct state established,related accept'),
      named: 'HOST-FIREWALL lb1',
      verdicts: ['FIREWALL_DROP'],
      fix: 'Accept what the service needs in the chain named',
    },
  ],
  [
    {
      what: 'a router has a real server in its neighbour table for the VIP',
      host: 'edge',
      by: `ip neigh replace ${VIP} lladdr ${RS2_MAC} dev eth1 nud permanent`,
      back: `ip neigh del ${VIP} dev eth1`,
      named: 'HOST-NEIGHBOUR edge',
      verdicts: ['SERVED_BYPASSING_DIRECTOR'],
      fix: 'Take the entry out on that host',
    },
    {
      what: 'a router has nobody in its neighbour table for a real server',
      host: 'edge',
      by: 'ip neigh replace 10.1.0.13 lladdr 02:00:de:ad:00:01 dev eth2 nud permanent',
      back: 'ip neigh del 10.1.0.13 dev eth2',
      named: 'HOST-NEIGHBOUR edge',
      verdicts: ['NEIGHBOUR_UNREACHABLE'],
      fix: 'Take the entry out on that host',
    },
    {
      what: 'the daemon of a real server listens for itself alone',
      host: 'rs4',
      by: listensAt('127.0.0.1'),
      back: listensAt('*'),
      named: 'HOST-LISTEN rs4',
      verdicts: ['NOT_LISTENING'],
      fix: 'Start the daemon',
    },
  ],
  [
    {
      what: 'the director does not have a VIP',
      host: 'lb1',
      by: `ip address del ${FAR}/32 dev eth0`,
      back: `ip address add ${FAR}/32 dev eth0`,
      named: 'VIP-LOCAL lb1',
      verdicts: ['VIP_NOT_ON_DIRECTOR'],
      fix: `${APPLY} lb1 as drawn: add ${FAR}/32 to eth0`,
    },
    {
      what: 'the director has lost a service',
      host: 'lb1',
      by: `ipvsadm -D -t ${INNER}:80`,
      back: `ipvsadm -A -t ${INNER}:80 -s wlc; ipvsadm -a -t ${INNER}:80 -r 10.3.0.14:80 -m -w 1`,
      named: 'IPVS-TABLE lb1',
      verdicts: ['NO_SERVICE'],
      fix: `${APPLY} lb1 as drawn: add the virtual service tcp ${INNER}:80`,
    },
    {
      what: 'a real server of DR has the director as gateway',
      host: 'rs2',
      by: 'ip route replace default via 192.0.2.2 dev eth0',
      back: 'ip route replace default via 192.0.2.1 dev eth0',
      named: 'DR-GW rs2',
      verdicts: ['MARTIAN_SOURCE'],
      fix: 'Let the real server’s gateway be the router',
    },
  ],
  [
    {
      what: 'a VIP stands on the interface that is asked for it',
      host: 'rs1',
      by: `ip address del ${VIP}/32 dev lo; ip address add ${VIP}/32 dev eth0`,
      back: `ip address del ${VIP}/32 dev eth0; ip address add ${VIP}/32 dev lo`,
      named: 'DR-ARP-ETH rs1',
      verdicts: ['ARP_AMBIGUOUS', 'SERVED_BYPASSING_DIRECTOR'],
      fix: APPLY,
    },
    {
      what: 'the VIP of a tunnel is on lo, and its device has no address',
      host: 'rs3',
      by: `ip address del ${FAR}/32 dev tunl0; ip address add ${FAR}/32 dev lo`,
      back: `ip address del ${FAR}/32 dev lo; ip address add ${FAR}/32 dev tunl0`,
      named: 'TUN-RPF2-NOADDR rs3',
      verdicts: ['RP_FILTER_DROP'],
      fix: `${APPLY} rs3 as drawn: add ${FAR}/32 to tunl0`,
    },
    {
      what: 'a service has no destination left',
      host: 'lb1',
      by: `ipvsadm -d -t ${INNER}:80 -r 10.3.0.14:80`,
      back: `ipvsadm -a -t ${INNER}:80 -r 10.3.0.14:80 -m -w 1`,
      named: 'IPVS-TABLE rs4',
      verdicts: ['NO_DESTINATION'],
      fix: '10.3.0.14',
    },
  ],
  [
    {
      what: 'a router does not forward',
      host: 'edge',
      by: 'sysctl -qw net.ipv4.ip_forward=0',
      back: 'sysctl -qw net.ipv4.ip_forward=1',
      named: 'CLIENT-ROUTE alice',
      verdicts: ['FORWARDING_OFF'],
      fix: '',
    },
  ],
  [
    {
      what: 'a client has no route',
      host: 'alice',
      by: 'ip route del default',
      back: 'ip route add default via 198.51.100.1 dev eth0',
      named: 'CLIENT-ROUTE alice',
      verdicts: ['NO_ROUTE'],
      fix: '',
    },
  ],
]

interface Said {
  readonly causes: readonly Cause[]
  readonly unexplained: readonly {
    readonly verdict: string
    readonly service: string
    readonly reason: string
  }[]
  readonly counts: { readonly served: number; readonly notServed: number; readonly undetermined: number }
  readonly unread: readonly { readonly host: string }[]
}

describe('a diagnosis of real hosts', () => {
  let lab: RunningLab

  beforeAll(async () => {
    lab = await startLab('test/fixtures/observed.lvs.yaml', 'test-diagnose')
    const result = await applyDeployment(lab.cluster, {
      sshConfig: await loadSshConfig({ file: lab.sshConfig }),
      confirmHostKey: () => Promise.resolve(false),
      tell: () => undefined,
      purpose: 'apply',
      verify: true,
      drainSeconds: 0,
    })
    expect(result.outcome, JSON.stringify(result.refusals)).toBe('COMMITTED')
    expect(result.verification?.outcome).toBe('PASSED')
  })
  afterAll(async () => {
    await lab.down()
  })

  async function call(command: string, config = lab.sshConfig, ...args: string[]) {
    const lines = { out: '', err: '' }
    const status = await run([command, lab.file, '--ssh-config', config, ...args], {
      out: (more) => (lines.out += more),
      err: (more) => (lines.err += more),
      colour: false,
      ask: undefined,
      input: () => Promise.resolve(''),
      signal: new AbortController().signal,
    })
    return { status, ...lines }
  }

  async function diagnosed(...args: string[]) {
    const { status, out, err } = await call('diagnose', lab.sshConfig, '--json', ...args)
    return { status, err, said: JSON.parse(out) as Said }
  }

  it('finds nothing wrong with what is as drawn', async () => {
    const { status, out, err } = await call('diagnose')
    expect([status, out, err]).toEqual([
      0,
      'Nothing is wrong; all 6 walks are served, as the hosts are now.\n',
      'connecting to 7 hosts\nreading their state\n',
    ])
  })

  it.each(ROUNDS.map((faults) => ({ faults, name: faults.map(({ what }) => what).join('; ') })))(
    'names each: $name',
    async ({ faults }) => {
      await Promise.all(faults.map(({ host, by }) => lab.on(host, by)))
      try {
        const { status, said } = await diagnosed()
        const text = JSON.stringify(said, undefined, 1)
        // What hides behind a cause is no cause of what is seen.
        const named = said.causes
          .filter(({ hidden }) => !hidden)
          .map((cause) => `${cause.code} ${cause.hosts[0] ?? ''} ${[...cause.verdicts].sort().join(' ')}`)
        expect(named.sort(), text).toEqual(
          faults.map(({ named: code, verdicts }) => `${code} ${verdicts.join(' ')}`).sort(),
        )
        for (const { named: code, fix } of faults) {
          const causes = said.causes.filter((cause) => `${cause.code} ${cause.hosts[0] ?? ''}` === code)
          const fixes = causes.flatMap((cause) => cause.fixes)
          expect(
            fixes.some((each) => each.includes(fix)),
            `${code}: ${fixes.join('\n')}`,
          ).toBe(true)
          expect(
            causes.every(({ evidence, hidden }) => hidden || evidence.length > 0),
            text,
          ).toBe(true)
        }
        expect(said.unexplained, text).toEqual([])
        expect(status).toBe(1)
      } finally {
        await Promise.all(faults.map(({ host, back }) => lab.on(host, back)))
      }
    },
  )

  it('says that it cannot tell what a rule does that goes by more than the packet', async () => {
    const { by, back } = table('input', 'input', 'tcp dport 80 limit rate over 5/second drop')
    await lab.on('rs3', by)
    try {
      const { status, said } = await diagnosed('--service', 'far')
      expect(said.causes).toEqual([])
      expect(said.unexplained.map(({ verdict, reason }) => [verdict, reason])).toEqual([
        [
          'UNDETERMINED',
          'what the firewall of rs3 does with it cannot be told: it depends on "tcp dport 80 limit drop" in chain input of table inet mine',
        ],
      ])
      expect(status).toBe(3)
    } finally {
      await lab.on('rs3', back)
    }
  })

  it('walks the hosts as they are for trace too, and sees who waits in the table of the director', async () => {
    const { by, back } = table('input', 'input', 'tcp dport 80 drop')
    await lab.on('rs4', by)
    try {
      const { status, out } = await call('trace', lab.sshConfig, '--observed', '--service', 'inner')
      expect(status).toBe(1)
      expect(out).toMatch(/^inner: alice → rs4: not served \(FIREWALL_DROP\); the client waits/)
      expect(out).toMatch(/why: HOST-FIREWALL: on the way of "inner" the firewall of rs4 drops it/)
      // It asks again and again for minutes: on a busy machine reading all hosts takes longer than an entry lasts.
      await lab.on(
        'alice',
        `setsid curl -s -m 300 http://${INNER}/ </dev/null >/dev/null 2>&1 & echo $! > /tmp/asks; sleep 5`,
      )
      const { said } = await diagnosed('--service', 'inner')
      expect(said.causes[0]?.evidence.join('\n')).toMatch(
        /lb1 has \d+ connections? of "inner" to rs4 in SYN_RECV/,
      )
    } finally {
      await lab.on('alice', 'if [ -s /tmp/asks ]; then kill $(cat /tmp/asks); fi')
      await lab.on('rs4', back)
    }
  })

  it('takes a client it cannot reach as drawn, and says so; a real server is not known then', async () => {
    const config = join(lab.folder, 'without')
    const unreachable = (host: string) => `Host ${host}\n  HostName 127.0.0.1\n  Port 1\n  ProxyJump none\n`
    const usual = await readFile(lab.sshConfig, 'utf8')
    await writeFile(config, `${unreachable('alice')}${usual}`)
    const client = await call('diagnose', config)
    expect([client.status, client.err]).toEqual([
      0,
      expect.stringMatching(/^taken as drawn: alice: connect: /m),
    ])
    await writeFile(config, `${unreachable('rs2')}${usual}`)
    const server = await call('diagnose', config)
    expect([server.status, server.out]).toEqual([3, expect.stringContaining('Not everything is known: rs2')])
  })
})
