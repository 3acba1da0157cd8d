import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRules, printRules } from '../formats/ipvsadm.js'
import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import type { Topology } from '../topology/types.js'
import { renderCluster } from './cluster.js'
import { clusterFor } from './target.js'

/** Commands of the scripts that do nothing and find what they look for. */
const STAND_INS = [
  'PATH=/nowhere',
  "breakout() { printf 'BROKEN OUT\\n'; }",
  'id() { echo 0; }',
  'ip() { echo found; }',
  ...['grep', 'ipvsadm', 'mkdir', 'modprobe', 'nft', 'rm', 'rmdir', 'sysctl', 'touch'].map(
    (name) => `${name}() { :; }`,
  ),
].join('\n')

/** Everything at once that the samples do not have: marks, persistence, thresholds, weight 0, pins, shared hosts. */
const MANY = `lvs: 1
name: many
networks:
  front: { subnet: [192.0.2.0/24, '2001:db8:1::/64'], gateway: 192.0.2.1 }
  back: { subnet: 10.0.0.0/24 }
hosts:
  lb1:
    role: director
    interfaces:
      eth0: { network: front, address: [192.0.2.2, '2001:db8:1::2'] }
      eth1.20: { network: back, address: 10.0.0.1, vlan: 20 }
  lb2: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.3 } } }
  rs1:
    role: real-server
    interfaces:
      eth0: { network: front, address: [192.0.2.11, '2001:db8:1::11'] }
      eth1: { network: back, address: 10.0.0.11 }
    sysctls: { net.ipv4.conf.all.arp_ignore: 0 }
services:
  Läden:
    mode: dr
  web shop:
    mode: dr
    director: [lb1, lb2]
    vip: 192.0.2.100
    port: 443
    scheduler: sh
    flags: [sh-port]
    persistence: { timeout: 300, netmask: 255.255.255.0 }
    real-servers:
      rs1: { address: 192.0.2.11, weight: 3, thresholds: { upper: 100, lower: 80 } }
      lb1: { address: 192.0.2.2, weight: 0 }
  δοκιμή:
    mode: nat
    director: lb1
    vip: 203.0.113.9
    protocol: udp
    port: 53
    scheduler: wrr
    real-servers: { rs1: { address: 10.0.0.11, port: 5353 } }
  marked:
    mode: dr
    director: lb1
    mark: 17
    scheduler: rr
    real-servers: { rs1: { address: 192.0.2.11 } }
  on-lb2:
    mode: dr
    director: lb2
    vip: 192.0.2.101
    port: 80
    real-servers: { rs1: { address: 192.0.2.11 }, lb1: {} }
`

const clusterOf = (text: string): Cluster => deriveCluster(parseTopology(text).topology)

const drawings = [
  ...readdirSync('samples').map((file) => ({ name: file, text: readFileSync(`samples/${file}`, 'utf8') })),
  { name: 'tunnels', text: readFileSync('test/fixtures/tunnels.lvs.yaml', 'utf8') },
  { name: 'many things at once', text: MANY },
].map(({ name, text }) => ({ name, cluster: clusterOf(text) }))

const files = drawings.flatMap(({ name, cluster }) =>
  renderCluster(cluster).map((file) => ({ name: `${name}: ${file.path}`, ...file })),
)
const scripts = files.filter(({ path }) => path.endsWith('.sh'))

const contentOf = (cluster: Cluster, path: string) => {
  const file = renderCluster(cluster).find((candidate) => candidate.path === path)
  if (file === undefined) throw new Error(`there is no ${path}`)
  return file.content
}

const linesWith = (text: string, part: string) => text.split('\n').filter((line) => line.includes(part))

describe('generated files', () => {
  it.each(files)('$name ends with one newline, and has no other line ends or tabs', ({ content }) => {
    expect(content).toMatch(/[^\n]\n$/)
    expect(content).not.toMatch(/[\r\t\u2028\u2029]/)
    expect(content).not.toMatch(/ $/m)
  })

  it.each(drawings)('are the same every time: $name', ({ cluster }) => {
    expect(renderCluster(cluster)).toEqual(renderCluster(cluster))
  })

  it.each(drawings)('have paths of their own: $name', ({ cluster }) => {
    const paths = renderCluster(cluster).map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('has rules that read back as the table the host is to have', () => {
    for (const drawn of drawings) {
      const cluster = clusterFor(drawn.cluster, 'ipvsadm')
      for (const { name, state } of cluster.hosts.values()) {
        if (state.virtualServices.length === 0) continue
        const rules = contentOf(cluster, `${name}/ipvsadm.rules`)
        expect(parseRules(rules)).toEqual({ services: state.virtualServices, unread: [] })
        expect(rules).not.toContain('#')
        expect(printRules(parseRules(rules).services)).toBe(rules)
      }
    }
  })

  it('says what is drawn otherwise than needed, and leaves it', () => {
    const cluster = clusterOf(MANY)
    for (const path of ['README.txt', 'rs1/README.txt']) {
      const readme = contentOf(cluster, path)
      expect(readme).toContain('net.ipv4.conf.all.arp_ignore = 1 is needed, and the drawing pins 0.')
      expect(readme).toContain('/hosts/rs1/sysctls/net.ipv4.conf.all.arp_ignore')
    }
    expect(contentOf(cluster, 'rs1/up.sh')).not.toContain('arp_ignore')
    expect(contentOf(cluster, 'rs1/sysctl.d/90-lvs-many.conf')).not.toContain('arp_ignore')
  })

  it('says what it does not set up', () => {
    const readme = contentOf(clusterOf(MANY), 'README.txt').replaceAll(/\s+/g, ' ')
    expect(readme).toContain('Who takes web shop over: lb2 is set up like lb1')
    expect(readme).toContain('The firewall mark 17 of marked')
    expect(readme).toContain('203.0.113.9 to lb1')
  })

  it('renders what there is of a drawing with errors', () => {
    expect(renderCluster(clusterOf('')).map(({ path }) => path)).toEqual(['README.txt'])
    const cluster = clusterOf(MANY.replace('name: many\n', '').replace('vip: 192.0.2.101', 'vip: nonsense'))
    expect(renderCluster(cluster).map(({ path }) => path)).toContain('lb1/modules-load.d/lvs-unnamed.conf')
  })
})

describe('scripts', () => {
  it.each(scripts)('$name is executable and POSIX sh', ({ content, executable }) => {
    expect(executable).toBe(true)
    expect(content).toMatch(/^#!\/bin\/sh\n/)
    expect(() =>
      execFileSync('sh', ['-n'], { input: content, stdio: ['pipe', 'pipe', 'pipe'] }),
    ).not.toThrow()
  })

  it.skipIf(spawnSync('shellcheck', ['--version']).error !== undefined).each(scripts)(
    'shellcheck has nothing to say about $name',
    ({ content }) => {
      const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: content, encoding: 'utf8' })
      expect(stdout).toBe('')
    },
  )

  it('protects a real server before it has the VIP, and takes the VIP away first', () => {
    const cluster = clusterOf(readFileSync('samples/dr.lvs.yaml', 'utf8'))
    const up = contentOf(cluster, 'rs1/up.sh')
    expect(up.indexOf('sysctl -q -w net.ipv4.conf.all.arp_ignore=1')).toBeLessThan(
      up.indexOf('ip address replace 192.0.2.100/32 dev lo'),
    )
    const down = contentOf(cluster, 'rs1/down.sh')
    expect(down.indexOf('ip address del 192.0.2.100/32 dev lo')).toBeLessThan(
      down.indexOf('put_back_sysctl net.ipv4.conf.all.arp_ignore'),
    )
  })

  it('raises weights last, and never sets a serving real server to 0', () => {
    const up = contentOf(clusterOf(MANY), 'lb1/up.sh')
    expect(linesWith(up, '-r 192.0.2.11:443')).toEqual([
      "in_table '-a -t 192.0.2.100:443 -r 192.0.2.11:443' ||",
      '  ipvsadm -a -t 192.0.2.100:443 -r 192.0.2.11:443 -g -w 0 -x 100 -y 80',
      'ipvsadm -e -t 192.0.2.100:443 -r 192.0.2.11:443 -g -w 3 -x 100 -y 80',
    ])
    expect(up.indexOf('ip address replace 192.0.2.100/32')).toBeLessThan(up.indexOf('-g -w 3'))
    // Drawn with weight 0: set to it, wherever it stands.
    expect(linesWith(up, '-r 192.0.2.2:443')).toEqual([
      'ipvsadm -e -t 192.0.2.100:443 -r 192.0.2.2:443 -g -w 0 2>/dev/null ||',
      '  ipvsadm -a -t 192.0.2.100:443 -r 192.0.2.2:443 -g -w 0',
    ])
  })

  it('puts hosts in the order of a deployment', () => {
    const readme = contentOf(clusterOf(MANY), 'README.txt')
    const order = [...readme.matchAll(/^ +\d\. {2}(\S+)/gm)].map(([, host]) => host)
    expect(order).toEqual(['rs1', 'lb1', 'lb2', 'lb2', 'lb1', 'rs1'])
  })

  // The parser lets no such name through; this is for drawings that come from elsewhere.
  it('has no place where a name gets out of its quotes or its comment', () => {
    const nasty = "x'; breakout; '\n$(breakout)\r`breakout`\u2028\"\\"
    const cluster = clusterOf(readFileSync('samples/tun.lvs.yaml', 'utf8'))
    const rename = <T>(map: ReadonlyMap<string, T>) =>
      new Map([...map].map(([name, value]) => [name + nasty, value]))
    const { hosts, services, name } = cluster.topology
    const topology: Topology = {
      ...cluster.topology,
      name: `../../${name ?? ''}${nasty}`,
      hosts: new Map(
        [...hosts].map(([host, drawn]) => [host + nasty, { ...drawn, interfaces: rename(drawn.interfaces) }]),
      ),
      services: new Map(
        [...services].map(([service, drawn]) => [
          service + nasty,
          {
            ...drawn,
            directors: drawn.directors.map((host) => host + nasty),
            realServers: rename(drawn.realServers),
          },
        ]),
      ),
    }
    const rendered = renderCluster(deriveCluster(topology))
    expect(rendered.filter(({ path }) => path.endsWith('.sh'))).toHaveLength(6)
    for (const { path, content } of rendered) {
      expect(path).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/)
      expect(path.split('/')).not.toContain('..')
      const prose = path.endsWith('.sh')
        ? content
            .split('\n')
            .filter((line) => line.startsWith('#'))
            .join()
        : content
      expect(prose, path).not.toMatch(/[\r\u2028]/)
      if (path.endsWith('.conf')) expect(content, path).not.toMatch(/^\s*(\$|`|breakout)/m)
      if (!path.endsWith('.sh')) continue
      // Run to the end, with stand-ins for every command: `breakout` is heard if it gets out of its quotes.
      const { stdout } = spawnSync('/bin/sh', [], {
        input: `${STAND_INS}\n${content.replace(/^PATH=.*$/m, '')}`,
        encoding: 'utf8',
      })
      expect(stdout, path).toMatch(/is (set up|out of the cluster)\n$/)
      expect(stdout, path).not.toContain('BROKEN OUT')
    }
  })
})
