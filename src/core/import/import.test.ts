import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printRules } from '../formats/ipvsadm.js'
import { checkTopology } from '../checks/check.js'
import { deriveCluster } from '../hosts/cluster.js'
import { walkCluster } from '../packet/walk-cluster.js'
import { parseTopology } from '../topology/parse.js'
import { SCHEDULERS } from '../topology/types.js'
import type { Mode } from '../topology/types.js'
import { parseAddress } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Destination, VirtualService } from '../formats/ipvs-table.js'
import { imported, rulesGenerated, rulesOfSource, rulesOfTopology } from './import.test-kit.js'

const RIGHT = ['plain', 'everything'].map((name) =>
  readFileSync(`test/keepalived/right/${name}.conf`, 'utf8'),
)

function vrrp(name: string, device: string, id: number, priority: number, vip: string): string {
  return `vrrp_instance ${name} {
  interface ${device}
  virtual_router_id ${id}
  priority ${priority}
  virtual_ipaddress {
    ${vip}
  }
}
`
}

function director(name: string, priority: number, address: string): string {
  return `global_defs {
  router_id ${name}
  lvs_sync_daemon eth0 VI_1
}
static_ipaddress {
  ${address}/24 dev eth0
}
${vrrp('VI_1', 'eth0', 51, priority, '192.0.2.100/24')}${vrrp('VI_GW', 'eth1', 52, priority, '10.0.0.254/24')}
virtual_server 192.0.2.100 80 {
  lvs_sched wrr
  lvs_method NAT
  protocol TCP
  delay_loop 6
  real_server 10.0.0.11 8080 {
    weight 2
    HTTP_GET {
      url {
        path /healthz
        status_code 200
      }
    }
  }
  real_server 10.0.0.12 8080 {
    HTTP_GET {
      url {
        path /healthz
        status_code 200
      }
    }
  }
}
`
}

/** What of such a director a drawing does not have. */
const LOST_OF_DIRECTOR = [
  expect.stringContaining('of static_ipaddress: drawn as what the host has by itself') as string,
  expect.stringContaining('VI_1 is drawn; addresses of VI_GW (id 52) go with it') as string,
]

describe('a keepalived.conf', () => {
  it.each(RIGHT.map((text, index) => [index, text] as const))(
    'makes a drawing with its table (%i)',
    (_, text) => {
      const { text: drawn } = imported('keepalived', [text])
      const { problems } = parseTopology(drawn)
      expect(problems).toEqual([])
      expect(rulesOfTopology(drawn)).toBe(rulesOfSource('keepalived', text))
    },
  )

  it('of both directors makes a pair, the one of higher priority first', () => {
    const { text, notes } = imported('keepalived', [
      director('lb-b', 100, '192.0.2.3'),
      director('lb-a', 150, '192.0.2.2'),
    ])
    const [address, instances] = LOST_OF_DIRECTOR
    expect(notes.map(({ message }) => message)).toEqual([address, address, instances])
    const { topology } = parseTopology(text)
    expect(topology.services.get('http')).toMatchObject({
      mode: 'nat',
      directors: ['lb-a', 'lb-b'],
      vip: '192.0.2.100',
      health: { type: 'http', path: '/healthz', interval: 6 },
    })
    expect(topology.vrrp).toMatchObject({ id: 51, network: 'front', insideVips: ['10.0.0.254'], sync: true })
    expect(topology.hosts.get('lb-a')?.interfaces.get('eth0')?.addresses).toEqual(['192.0.2.2'])
    expect(topology.manage.director).toBe('keepalived')
    expect(checkTopology(parseTopology(text)).filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('of a director with VRRP alone says that another file is missing', () => {
    const { text, notes } = imported('keepalived', [director('lb-a', 150, '192.0.2.2')])
    expect(parseTopology(text).topology.vrrp).toBeUndefined()
    expect(notes.map(({ message }) => message)).toEqual([
      LOST_OF_DIRECTOR[0],
      expect.stringContaining('name its file as well'),
    ])
  })

  it('with a peer by unicast draws that director too', () => {
    const one = director('lb-a', 150, '192.0.2.2').replace(
      'virtual_router_id 51',
      'virtual_router_id 51\n  unicast_peer {\n    192.0.2.9\n  }',
    )
    const { text } = imported('keepalived', [one])
    const { hosts, services } = parseTopology(text).topology
    expect(services.get('http')?.directors).toEqual(['lb-a', 'lb2'])
    expect(hosts.get('lb2')?.interfaces.get('eth0')?.addresses).toEqual(['192.0.2.9'])
  })

  it('with a word for each machine makes each of them', () => {
    const { text } = imported('keepalived', [
      `vrrp_instance V {
  interface eth0
  virtual_router_id 7
  @lb1 priority 150
  @lb2 priority 100
  virtual_ipaddress {
    192.0.2.100/24
  }
}
virtual_server 192.0.2.100 80 {
  lvs_method DR
  protocol TCP
  real_server 192.0.2.11 {
  }
}
`,
    ])
    expect(parseTopology(text).topology.services.get('http')?.directors).toEqual(['lb1', 'lb2'])
  })

  it('is drawn as far as it goes where directors disagree, and that is said', () => {
    const one = director('lb-a', 150, '192.0.2.2')
    const other = director('lb-b', 100, '192.0.2.3').replace('weight 2', 'weight 3')
    const { text, notes } = imported('keepalived', [one, other])
    expect(parseTopology(text).topology.services.get('http')?.realServers.get('rs1')?.weight).toBe(2)
    const [address, instances] = LOST_OF_DIRECTOR
    const differs = expect.stringContaining('"-m -w 2" there, "-m -w 3" here') as string
    expect(notes.map(({ message }) => message)).toEqual([address, address, differs, instances])
    expect(notes[2]).toMatchObject({ code: 'IMPORT-LOST', source: 'file2', line: 25 })
  })
})

describe('what is not known', () => {
  it('is marked on its line, found by the checks, and gone with the mark', () => {
    const { text } = imported('ipvsadm', [
      '-A -t 192.0.2.100:80 -s rr\n-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1\n',
    ])
    const told = checkTopology(parseTopology(text)).filter(({ code }) => code === 'ASSUMED')
    expect(told.map(({ message }) => message)).toEqual([
      'assumed, since nothing says so: the size of the subnet, the gateway 192.0.2.1',
      'assumed, since nothing says so: the interface, the address 192.0.2.2',
      'assumed, since nothing says so: the interface of each real server is eth0, and has no other address',
    ])
    expect(told.map(({ span }) => text.slice(span.start, span.end))).toEqual(
      told.map(({ message }) => `# ${message.replace('assumed, since nothing says so', 'assumed')}`),
    )
    const bare = text.replaceAll(/ *# assumed:.*/g, '')
    expect(checkTopology(parseTopology(bare)).filter(({ code }) => code === 'ASSUMED')).toEqual([])
  })

  it('leaves a drawing in which requests are served', () => {
    const { text } = imported('ipvsadm', [
      '-A -t 192.0.2.100:80 -s rr\n-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1\n' +
        '-A -t 192.0.2.100:443 -s rr\n-a -t 192.0.2.100:443 -r 10.0.0.11:8443 -m -w 1\n' +
        '-A -u 192.0.2.101:53 -s rr\n-a -u 192.0.2.101:53 -r 198.51.100.7:53 -i -w 1\n',
    ])
    const cluster = deriveCluster(parseTopology(text).topology)
    expect(walkCluster(cluster).map(({ verdict }) => verdict)).toEqual(['SERVED', 'SERVED', 'SERVED'])
  })

  it('leaves one of VIPs that are all over the place with a way for replies, and nothing to mend', () => {
    const places = Array.from({ length: 40 }, (_, index) => `${index}.7`)
    const rules = places.map(
      (place) => `-A -t 10.96.${place}:80 -s rr\n-a -t 10.96.${place}:80 -r 10.244.${place}:8080 -m -w 1\n`,
    )
    const { text } = imported('ipvsadm', [rules.join('')])
    const parsed = parseTopology(text)
    expect(new Set(walkCluster(deriveCluster(parsed.topology)).map(({ verdict }) => verdict))).toEqual(
      new Set(['SERVED']),
    )
    const findings = checkTopology(parsed).filter(({ severity }) => severity !== 'information')
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['ASSUMED']))
  })
})

describe('a table of ipvsadm', () => {
  it('of any kind comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(anyService(), { minLength: 1, maxLength: 8 }), (services) => {
        const unique = [...new Map(services.map((each) => [JSON.stringify(each.target), each])).values()]
        const rules = printRules(unique)
        const { text, notes } = imported('ipvsadm', [rules])
        expect(notes).toEqual([])
        expect(parseTopology(text).problems).toEqual([])
        expect(rulesOfTopology(text)).toBe(rulesOfSource('ipvsadm', rules))
        expect(rulesGenerated(text)).toBe(rulesOfSource('ipvsadm', rules))
      }),
      { numRuns: 40, seed: 8 },
    )
  })

  it('names the line of what it cannot take over', () => {
    const { notes } = imported('ipvsadm', [
      '-A -t 192.0.2.100:80 -s rr\n-a -t 192.0.2.100:80 -r web1:80 -g\n' +
        '-A -t 192.0.2.101:80 -s rr\n-a -t 192.0.2.101:80 -r 10.0.0.1:81 -m\n-a -t 192.0.2.101:80 -r 10.0.0.1:82 -m\n',
    ])
    expect(notes.map(({ code, line }) => [code, line])).toEqual([
      ['IMPORT-UNREAD', 2],
      ['IMPORT-LOST', 3],
    ])
  })
})

describe('an ldirectord.cf', () => {
  it('makes a drawing with its table, its fallback and its checks', () => {
    const text = `checkinterval=5
virtual=192.0.2.100:80
    real=10.0.0.11->10.0.0.13:8080 masq 2
    fallback=10.0.0.99:80 masq
    service=http
    request="alive.html"
    persistent=300
    netmask=255.255.255.0

virtual6=[2001:db8::100]:53
\treal6=[2001:db8::11]:53 gate 1 l:10 u:20
virtual=17
    real=10.0.0.20 ipip
`
    const { text: drawn, notes } = imported('ldirectord', [text])
    expect(notes).toEqual([])
    expect(rulesOfTopology(drawn)).toBe(rulesOfSource('ldirectord', text))
    expect(parseTopology(drawn).topology.services.get('http')).toMatchObject({
      sorryServer: { address: '10.0.0.99', port: 80 },
      health: { type: 'http', path: '/alive.html', interval: 5 },
    })
  })
})

function address(text: string): IpAddress {
  return parseAddress(text) ?? ('0.0.0.0' as IpAddress)
}

function anyService(): fc.Arbitrary<VirtualService> {
  return fc
    .record({
      six: fc.boolean(),
      protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
      host: fc.integer({ min: 100, max: 120 }),
      port: fc.integer({ min: 1, max: 65_535 }),
      mark: fc.option(fc.integer({ min: 1, max: 4_294_967_295 }), { nil: undefined }),
      scheduler: fc.constantFrom(...SCHEDULERS),
      timeout: fc.option(fc.integer({ min: 1, max: 86_400 }), { nil: undefined }),
      granularity: fc.integer({ min: 8, max: 32 }),
      real: fc.uniqueArray(
        fc.record({
          host: fc.integer({ min: 2, max: 60 }),
          net: fc.integer({ min: 0, max: 3 }),
          mode: fc.constantFrom<Mode>('nat', 'tun', 'dr'),
          port: fc.integer({ min: 1, max: 65_535 }),
          weight: fc.integer({ min: 0, max: 65_535 }),
          upper: fc.integer({ min: 0, max: 100 }),
          type: fc.constantFrom('ipip', 'gre', 'gue'),
        }),
        { maxLength: 5, minLength: 1, selector: ({ host, net }) => `${net} ${host}` },
      ),
    })
    .map(({ six, protocol, host, port, mark, scheduler, timeout, granularity, real }) => {
      const vip = address(six ? `2001:db8::${host}` : `192.0.2.${host}`)
      return {
        target:
          mark === undefined
            ? { kind: 'address', protocol, address: vip, port }
            : { kind: 'mark', mark, family: six ? 6 : 4 },
        scheduler,
        flags: scheduler === 'sh' ? ['sh-port'] : [],
        persistence: timeout === undefined ? undefined : { timeout, granularity, engine: undefined },
        onePacket: protocol === 'udp' && mark === undefined && host % 2 === 0,
        destinations: real.map(({ host: rs, net, mode, port: own, weight, upper, type }): Destination => ({
          address: address(six ? `2001:db8:${net + 1}::${rs}` : `10.0.${net}.${rs}`),
          port: mark !== undefined ? 0 : mode === 'nat' ? own : port,
          method: mode,
          weight,
          upper,
          lower: 0,
          tunnel:
            mode === 'tun' ? { type, port: type === 'gue' ? 6080 : undefined, checksum: 'none' } : undefined,
        })),
      }
    })
}
