import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'
import type { Io } from '../../src/cli/io.js'
import { checkTopology } from '../../src/core/checks/check.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { applyDeployment } from '../../src/remote/deploy/deploy.js'
import { observeCluster } from '../../src/remote/deploy/observe.js'
import { loadSshConfig } from '../../src/remote/ssh/ssh-config.js'
import { finish, startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

/** One thing that somebody does to a host by hand, how it is put back, and what is to be said of it. */
interface Deed {
  readonly host: string
  readonly by: string
  readonly back: string
  /** Codes, each with what is underlined; nothing where nothing is wrong. */
  readonly says: string
}

const VIP = '192.0.2.100'
const FAR = '192.0.2.101'
const VIP6 = '2001:db8:1::100'

/** Those of a round are done at once, on hosts or services that have nothing to do with each other. */
const ROUNDS: readonly { readonly name: string; readonly deeds: readonly Deed[] }[] = [
  {
    name: 'a VIP off a real server, a tunnel down, another gateway, a destination gone',
    deeds: [
      {
        host: 'rs1',
        by: `ip address del ${VIP}/32 dev lo`,
        back: `ip address add ${VIP}/32 dev lo`,
        says: 'DR-VIP-MISSING rs1',
      },
      {
        host: 'rs3',
        by: 'ip link set tunl0 down',
        back: 'ip link set tunl0 up',
        says: 'TUN-DECAP rs3',
      },
      {
        host: 'rs4',
        by: 'ip route replace default via 10.3.0.254 dev eth0',
        back: 'ip route replace default via 10.3.0.1 dev eth0',
        says: 'NAT-GW rs4',
      },
      {
        host: 'lb1',
        by: `ipvsadm -d -t ${VIP}:80 -r 192.0.2.12`,
        back: `ipvsadm -a -t ${VIP}:80 -r 192.0.2.12 -g -w 1`,
        says: 'IPVS-TABLE rs2',
      },
    ],
  },
  {
    name: 'a VIP with its subnet, ARP answered, a strict filter, another forwarding method',
    deeds: [
      {
        host: 'rs1',
        by: `ip address del ${VIP}/32 dev lo; ip address add ${VIP}/24 dev lo`,
        back: `ip address del ${VIP}/24 dev lo; ip address add ${VIP}/32 dev lo`,
        says: 'DR-MASK rs1',
      },
      {
        host: 'rs2',
        by: 'sysctl -qw net.ipv4.conf.all.arp_ignore=0',
        back: 'sysctl -qw net.ipv4.conf.all.arp_ignore=1',
        says: 'DR-ARP rs2',
      },
      {
        host: 'rs3',
        by: 'sysctl -qw net.ipv4.conf.tunl0.rp_filter=1',
        back: 'sysctl -qw net.ipv4.conf.tunl0.rp_filter=2',
        says: 'TUN-RPF rs3',
      },
      {
        host: 'lb1',
        by: `ipvsadm -e -t [${VIP6}]:80 -r [2001:db8:1::11]:80 -m -w 1`,
        back: `ipvsadm -e -t [${VIP6}]:80 -r [2001:db8:1::11]:80 -g -w 1`,
        says: 'IPVS-TABLE rs1',
      },
    ],
  },
  {
    name: 'VIPs on network interfaces, a VIP on lo instead of the tunnel, the director without one, not forwarding',
    deeds: [
      {
        host: 'rs2',
        by: `ip address del ${VIP}/32 dev lo; ip address add ${VIP}/32 dev eth0`,
        back: `ip address del ${VIP}/32 dev eth0; ip address add ${VIP}/32 dev lo`,
        says: 'DR-ARP-ETH eth0',
      },
      {
        host: 'rs1',
        by: `ip address del ${VIP6}/128 dev lo; ip address add ${VIP6}/128 dev eth0 nodad preferred_lft 0`,
        back: `ip address del ${VIP6}/128 dev eth0; ip address add ${VIP6}/128 dev lo nodad preferred_lft 0`,
        says: 'DR6-NA eth0',
      },
      {
        host: 'rs3',
        by: `ip address del ${FAR}/32 dev tunl0; ip address add ${FAR}/32 dev lo`,
        back: `ip address del ${FAR}/32 dev lo; ip address add ${FAR}/32 dev tunl0`,
        says: 'TUN-RPF2-NOADDR rs3',
      },
      {
        host: 'lb1',
        by: 'ip address del 192.0.2.102/32 dev eth0; sysctl -qw net.ipv4.ip_forward=0',
        back: 'ip address add 192.0.2.102/32 dev eth0; sysctl -qw net.ipv4.ip_forward=1',
        says: 'VIP-LOCAL lb1, NAT-FWD lb1',
      },
    ],
  },
  {
    name: 'a dummy device, the director as gateway, a tunnel from the VIP, an emptied real server',
    deeds: [
      {
        host: 'rs1',
        by: `ip link add dummy0 type dummy; ip link set dummy0 up; ip address del ${VIP}/32 dev lo; ip address add ${VIP}/32 dev dummy0; sysctl -qw net.ipv4.conf.all.arp_ignore=0`,
        back: `ip link del dummy0; ip address add ${VIP}/32 dev lo; sysctl -qw net.ipv4.conf.all.arp_ignore=1`,
        says: 'DR-ARP-DUMMY rs1',
      },
      {
        host: 'rs2',
        by: 'ip route replace default via 192.0.2.2 dev eth0',
        back: 'ip route replace default via 192.0.2.1 dev eth0',
        says: 'DR-GW rs2',
      },
      {
        host: 'lb1',
        by: `ip route add 10.1.0.0/24 via 192.0.2.1 src ${FAR}; ipvsadm -e -t 192.0.2.102:80 -r 10.3.0.14:80 -m -w 0`,
        back: 'ip route del 10.1.0.0/24; ipvsadm -e -t 192.0.2.102:80 -r 10.3.0.14:80 -m -w 1',
        says: 'TUN-SRC lb1, IPVS-DRIFT rs4',
      },
      {
        // As good as tunl0.
        host: 'rs3',
        by: `ip link add mine type ipip local 10.1.0.13; ip link set mine up; ip address add ${FAR}/32 dev mine; ip address del ${FAR}/32 dev tunl0; ip link set tunl0 down`,
        back: `ip link set tunl0 up; ip address add ${FAR}/32 dev tunl0; ip link del mine`,
        says: '',
      },
    ],
  },
  {
    name: 'a VIP off a tunnel, a smaller MTU, a preferred IPv6 VIP, an address that is not there',
    deeds: [
      {
        host: 'rs3',
        by: `ip address add 10.99.0.1/32 dev tunl0; ip address del ${FAR}/32 dev tunl0`,
        back: `ip address add ${FAR}/32 dev tunl0; ip address del 10.99.0.1/32 dev tunl0`,
        says: 'TUN-VIP rs3',
      },
      {
        host: 'rs2',
        by: 'ip link set eth0 mtu 1400',
        back: 'ip link set eth0 mtu 1500',
        says: 'HOST-MTU eth0',
      },
      {
        host: 'lb1',
        by: `ip address change ${VIP6}/128 dev eth0 preferred_lft forever`,
        back: `ip address change ${VIP6}/128 dev eth0 preferred_lft 0`,
        says: 'DR6-SRC lb1',
      },
      {
        host: 'rs4',
        by: 'ip address add 10.3.0.15/24 dev eth0; ip address del 10.3.0.14/24 dev eth0',
        back: 'ip address add 10.3.0.14/24 dev eth0; ip address del 10.3.0.15/24 dev eth0; ip route replace default via 10.3.0.1 dev eth0',
        says: 'HOST-ADDR 10.3.0.14',
      },
    ],
  },
]

const SERVICES = 5_000
/** Among those of another kind; one was deployed before. */
const NATTED_BESIDE = 2
/** What a node of Kubernetes has whose pods are on other nodes, and a service of every other kind. */
const TABLE_OF_A_NODE = `{ i=0; while [ $i -lt ${SERVICES} ]; do
  vip=10.96.$((i / 250)).$((i % 250)):443
  echo "-A -t $vip -s rr"
  echo "-a -t $vip -r 10.244.$((i % 4)).$((10 + i % 100)):8443 -m -w 1"
  echo "-a -t $vip -r 10.244.$(((i + 1) % 4)).$((10 + (i + 1) % 100)):8443 -m -w 1"
  i=$((i + 1))
done; cat <<END
-A -f 7 -s sh -b sh-fallback,sh-port -p 300 -M 255.255.255.0
-a -f 7 -r 192.0.2.11:0 -g -w 2
-A -u 192.0.2.103:53 -s wlc -o
-a -u 192.0.2.103:53 -r 192.0.2.12:53 -g -w 3 -x 100 -y 50
-A -u 192.0.2.105:69 -s lc
-a -u 192.0.2.105:69 -r 10.3.0.14:6969 -m -w 0
-A -t 192.0.2.104:443 -s mh -b mh-port
-a -t 192.0.2.104:443 -r 10.1.0.13:443 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
-A -t [2001:db8:1::104]:25 -s nq
-a -t [2001:db8:1::104]:25 -r [2001:db8:1::11]:25 -g -w 1
END
}`

/** How it reaches them, and what makes replies come back: kube-proxy masquerades, and needs IPVS in conntrack for that. */
const WAYS_OF_A_NODE = `for node in 0 1 2 3; do ip route add 10.244.$node.0/24 via 10.3.0.$((20 + node)); done
sysctl -qw net.ipv4.vs.conntrack=1
nft 'add table ip kube; add chain ip kube KUBE-POSTROUTING
  add chain ip kube POSTROUTING { type nat hook postrouting priority srcnat; }
  add rule ip kube POSTROUTING jump KUBE-POSTROUTING
  add rule ip kube KUBE-POSTROUTING meta mark & 0x4000 != 0x4000 return
  add rule ip kube KUBE-POSTROUTING masquerade'`
const WAYS_BACK = `for node in 0 1 2 3; do ip route del 10.244.$node.0/24; done
sysctl -qw net.ipv4.vs.conntrack=0
nft delete table ip kube`

/** The kernel's own order is that of its hash tables. */
function inOrder(rules: string): string[] {
  return rules
    .split('\n')
    .filter((line) => line !== '')
    .sort()
}

/** Puts rules into the table of lb1 in place of what it has, and reads it. */
function putBack(sshConfig: string, rules: string): string {
  const command = 'ipvsadm -C && ipvsadm -R && ipvsadm -Sn'
  return execFileSync('ssh', ['-F', sshConfig, 'lb1', command], {
    input: rules,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
}

describe('a drawing held against real hosts', () => {
  let lab: RunningLab
  let text = ''
  const reach = async () => ({
    sshConfig: await loadSshConfig({ file: lab.sshConfig }),
    confirmHostKey: () => Promise.resolve(false),
    tell: () => undefined,
  })

  beforeAll(async () => {
    lab = await startLab('test/fixtures/observed.lvs.yaml', 'test-observed')
    text = await readFile(lab.file, 'utf8')
  })
  afterAll(async () => {
    await lab.down()
  })

  /** `CODE what-is-underlined` of every finding that is more than advice, and the messages. */
  async function observed() {
    const parsed = parseTopology(text)
    const { cluster, failures } = await observeCluster(lab.cluster, await reach())
    expect(failures).toEqual([])
    const findings = checkTopology(parsed, cluster).filter(({ severity }) => severity !== 'information')
    return {
      said: findings.map(({ code, span }) => `${code} ${text.slice(span.start, span.end)}`).sort(),
      messages: findings.map(({ code, message }) => `${code}: ${message}`).join('\n'),
    }
  }

  async function check(...args: string[]) {
    const lines = { out: '', err: '' }
    const io: Io = {
      out: (more) => (lines.out += more),
      err: (more) => (lines.err += more),
      colour: false,
      ask: undefined,
      input: () => Promise.resolve(''),
      signal: new AbortController().signal,
    }
    const status = await run(['check', lab.file, '--observed', ...args], io)
    return { status, ...lines }
  }

  it('names what hosts lack that nobody has deployed to', async () => {
    const { said } = await observed()
    expect(new Set(said.map((each) => each.split(' ')[0]))).toEqual(
      new Set(['VIP-LOCAL', 'IPVS-TABLE', 'DR-VIP-MISSING', 'TUN-DECAP', 'TUN-VIP', 'NAT-FWD', 'NAT-GW']),
    )
  })

  it('is silent once it is deployed', async () => {
    const result = await applyDeployment(lab.cluster, {
      ...(await reach()),
      purpose: 'apply',
      verify: true,
      drainSeconds: 0,
    })
    expect(result.outcome, JSON.stringify(result.refusals)).toBe('COMMITTED')
    expect(result.verification?.outcome).toBe('PASSED')
    expect((await observed()).said).toEqual([])
  })

  it.each(ROUNDS)('names each: $name', async ({ deeds }) => {
    await Promise.all(deeds.map(({ host, by }) => lab.on(host, by)))
    try {
      const { said, messages } = await observed()
      expect(said, messages).toEqual(
        deeds.flatMap(({ says }) => (says === '' ? [] : says.split(', '))).sort(),
      )
    } finally {
      // What comes after is to show its own faults.
      await Promise.all(deeds.map(({ host, back }) => lab.on(host, back)))
    }
  })

  it('says that a kernel was built without a scheduler', async () => {
    const drawn = text
    text = drawn.replace('port: 80\n    scheduler: rr', 'port: 80\n    scheduler: twos')
    await writeFile(lab.file, text)
    const { status, out, err } = await check('--ssh-config', lab.sshConfig)
    await writeFile(lab.file, drawn)
    text = drawn
    expect(status, err).toBe(1)
    expect(out).toMatch(
      /error SCHED-AVAIL: "web" wants the scheduler twos, and the kernel of lb1 \(\S+\) was built/,
    )
  })

  it('gives its table back: read from the kernel, drawn, generated and put into the kernel again it is the same', async () => {
    const own = await lab.on('lb1', 'ipvsadm -Sn')
    await lab.on('lb1', `${WAYS_OF_A_NODE}; ${TABLE_OF_A_NODE} | ipvsadm -R`)
    const before = inOrder(await lab.on('lb1', 'ipvsadm -Sn'))
    expect(before.length).toBeGreaterThan(3 * SERVICES)
    const [file, folder] = [join(lab.folder, 'found.lvs.yaml'), join(lab.folder, 'generated')]
    const found = await lab.cli('import', '--ssh', 'lb1', '--out', file)
    expect(found.status, found.stderr).toBe(0)
    expect(found.stderr).not.toMatch(/IMPORT-/)
    const written = await finish(process.execPath, ['dist/cli.js', 'generate', file, '--out', folder])
    expect(written.status, written.stderr).toBe(0)
    expect((await readFile(file, 'utf8')).match(/ masquerade: true$/gm)).toHaveLength(
      SERVICES + NATTED_BESIDE,
    )
    const rules = await readFile(join(folder, 'lb1', 'ipvsadm.rules'), 'utf8')
    const after = putBack(lab.sshConfig, rules)
    const again = inOrder(after)
    putBack(lab.sshConfig, own)
    await lab.on('lb1', WAYS_BACK)
    expect(again).toEqual(before)
  })

  it('is clean again once all is put back, by the command line too', async () => {
    const { status, out, err } = await check('--ssh-config', lab.sshConfig)
    expect([status, out, err]).toEqual([
      0,
      expect.stringContaining('nothing to mend'),
      'connecting to 5 hosts\nreading their state\n',
    ])
  })

  it('does not call a host right that it could not read', async () => {
    const config = join(lab.folder, 'without-rs2')
    await writeFile(
      config,
      `Host rs2\n  HostName 127.0.0.1\n  Port 1\n  ProxyJump none\n${await readFile(lab.sshConfig, 'utf8')}`,
    )
    const { status, err, out } = await check('--ssh-config', config)
    expect(err).toMatch(/^not known: rs2: connect: .*refused/m)
    expect([status, out]).toEqual([3, expect.stringContaining('nothing to mend')])
  })
})
