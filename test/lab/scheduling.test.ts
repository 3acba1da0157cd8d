import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import type { Cluster } from '../../src/core/hosts/cluster.js'
import { turns } from '../../src/core/packet/scheduling.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { labDown } from '../../src/lab/index.js'
import type { KernelCase } from '../../src/lab/kernel-run/job.js'
import { kernelUp, runCases } from '../../src/lab/kernel-run/run.js'

const LAB = 'test-scheduling'
const REQUESTS = 12

interface Table {
  readonly scheduler: string
  readonly flags?: string
  readonly weights: readonly number[]
  readonly persistence?: string
  /** Otherwise one after the other, from one client. */
  readonly clients?: number
  /** Of each real server. */
  readonly upper?: number
  /** Connections stay open; otherwise each is over at once. */
  readonly held?: true
  readonly udp?: true
}

const TABLES: readonly Table[] = [
  { scheduler: 'rr', weights: [1, 1, 1] },
  { scheduler: 'rr', weights: [3, 0, 1] },
  { scheduler: 'wrr', weights: [1, 3, 2] },
  { scheduler: 'wrr', weights: [10, 20, 40] },
  { scheduler: 'wrr', weights: [4, 0, 6] },
  { scheduler: 'fo', weights: [2, 7, 3] },
  { scheduler: 'sh', weights: [1, 2, 3], clients: 8 },
  { scheduler: 'sh', weights: [0, 1, 1], clients: 8 },
  { scheduler: 'sh', flags: 'sh-fallback', weights: [0, 1, 1], clients: 8 },
  { scheduler: 'sh', flags: 'sh-port', weights: [1, 1, 2] },
  { scheduler: 'dh', weights: [1, 1, 1], clients: 4 },
  { scheduler: 'rr', weights: [1, 1, 1], persistence: '{ timeout: 60 }', clients: 4 },
  {
    scheduler: 'rr',
    weights: [1, 1, 1],
    persistence: '{ timeout: 60, netmask: 255.255.255.252 }',
    clients: 8,
  },
  { scheduler: 'rr', weights: [1, 1, 1], upper: 2 },
  { scheduler: 'rr', weights: [1, 1, 1], upper: 3, persistence: '{ timeout: 60 }', clients: 4 },
  { scheduler: 'mh', weights: [1, 1, 1], clients: 12 },
  { scheduler: 'mh', weights: [1, 5, 200], clients: 12 },
  { scheduler: 'mh', weights: [0, 2, 4], clients: 12 },
  { scheduler: 'mh', flags: 'mh-port', weights: [3, 1, 2] },
  { scheduler: 'mh', weights: [1, 1, 1], upper: 2, clients: 6 },
  { scheduler: 'mh', flags: 'mh-fallback', weights: [1, 1, 1], upper: 2, clients: 6 },
  { scheduler: 'lc', weights: [1, 5, 1], held: true },
  { scheduler: 'wlc', weights: [1, 3, 2], held: true },
  { scheduler: 'wlc', weights: [4, 0, 6], upper: 5, held: true },
  { scheduler: 'sed', weights: [1, 3, 2], held: true },
  { scheduler: 'nq', weights: [1, 5, 2], held: true },
  { scheduler: 'ovf', weights: [2, 4, 3], held: true },
  { scheduler: 'lblc', weights: [2, 1, 3], held: true },
  { scheduler: 'lblcr', weights: [2, 1, 3], held: true },
  { scheduler: 'lblcr', weights: [1, 2, 4], upper: 3, held: true },
  { scheduler: 'wlc', weights: [1, 3, 2], udp: true },
  { scheduler: 'sed', weights: [1, 3, 2], udp: true },
  { scheduler: 'ovf', weights: [2, 4, 3], udp: true },
]

describe('whom the kernel’s schedulers choose', () => {
  const log = (message: string) => {
    process.stderr.write(`  lab ${LAB}: ${message}\n`)
  }
  beforeAll(async () => {
    await labDown(LAB)
    await kernelUp(LAB, { onProgress: log })
  })
  afterAll(async () => {
    await labDown(LAB)
  })

  it('is whom the walk says', async () => {
    const clusters = TABLES.map(clusterOf)
    const results = await runCases(LAB, clusters.map(caseOf), { onProgress: log })
    clusters.forEach((cluster, index) => {
      const [service] = cluster.services
      const result = results.get(`t${index}`)
      const table = service?.virtualService
      if (service === undefined || table === undefined || result === undefined)
        throw new Error(`table ${index}`)
      const arrivals = result.requests.map(({ clientPort }, at) => ({
        client: addressOf(cluster, clientAt(cluster, at)),
        clientPort,
        vip: service.drawn.vip,
      }))
      const foreseen = turns(table, arrivals, { keepOpen: TABLES[index]?.held === true }).map(
        (destination) => service.realServers.find(({ rip }) => rip === destination?.address)?.name,
      )
      const what = JSON.stringify(TABLES[index])
      expect(result.problems, what).toEqual([])
      expect(
        result.requests.map(({ server }) => server),
        what,
      ).toEqual(foreseen)
    })
  })
})

function clusterOf({ scheduler, flags, weights, persistence, clients = 1, upper, udp }: Table): Cluster {
  const names = weights.map((weight, index) => [`rs${index + 1}`, weight] as const)
  const text = [
    'lvs: 1',
    'name: turns',
    'networks:',
    '  front: { subnet: 192.0.2.0/24 }',
    '  back: { subnet: 10.0.0.0/24 }',
    'hosts:',
    ...Array.from(
      { length: clients },
      (_, index) =>
        `  client${index}: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.${50 + index} } } }`,
    ),
    '  lb1:',
    '    role: director',
    '    interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.1 } }',
    ...names.map(
      ([name], index) =>
        `  ${name}: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.${11 + index} } } }`,
    ),
    'services:',
    '  web:',
    '    mode: nat',
    '    director: lb1',
    '    vip: 192.0.2.100',
    '    port: 80',
    ...(udp === undefined ? [] : ['    protocol: udp']),
    `    scheduler: ${scheduler}`,
    ...(flags === undefined ? [] : [`    flags: [${flags}]`]),
    ...(persistence === undefined ? [] : [`    persistence: ${persistence}`]),
    '    real-servers:',
    ...names.map(
      ([name, weight]) =>
        `      ${name}: { weight: ${weight}${upper === undefined ? '' : `, thresholds: { upper: ${upper} }`} }`,
    ),
  ].join('\n')
  return deriveCluster(parseTopology(`${text}\n`).topology)
}

function caseOf(cluster: Cluster, index: number): KernelCase {
  const held = TABLES[index]?.held === true
  const { vip, protocol = 'tcp' } = cluster.services[0]?.drawn ?? {}
  if (vip === undefined) throw new Error('no VIP')
  return {
    id: `t${index}`,
    cluster,
    requests: Array.from({ length: REQUESTS }, (_, at) => ({
      client: clientAt(cluster, at),
      protocol,
      address: vip,
      port: 80,
      up: held ? -1 : 100,
      down: 100,
    })),
  }
}

function clientAt({ hosts }: Cluster, request: number): string {
  const clients = [...hosts.values()].filter(({ role }) => role === 'client')
  return clients[request % clients.length]?.name ?? ''
}

function addressOf({ hosts }: Cluster, name: string) {
  const address = hosts.get(name)?.state.interfaces.get('eth0')?.addresses[0]?.address
  if (address === undefined) throw new Error(name)
  return address
}
