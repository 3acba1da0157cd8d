import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answers, startLab, stateOf, stateOfEach } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

interface PlanJson {
  readonly hosts: readonly {
    readonly host: string
    readonly steps: readonly { readonly summary: string }[]
  }[]
}
interface ApplyJson {
  readonly outcome: string
  readonly hosts: readonly { readonly host: string; readonly outcome: string }[]
  readonly services: readonly {
    readonly service: string
    readonly outcome: string
    readonly detail: string
  }[]
}

const DEPLOYED = ['lb1', 'rs1', 'rs2']

/** Each mode in both families, on the kernel, by the command line. Steps of one story: each needs the one before. */
describe.each([
  { mode: 'nat', method: 'Masq', port: 8080 },
  { mode: 'tun', method: 'Tunnel', port: 80 },
  { mode: 'dr', method: 'Route', port: 80 },
])('$mode, deployed to the lab', ({ mode, method, port }) => {
  let lab: RunningLab
  let before: ReadonlyMap<string, string> = new Map()

  beforeAll(async () => {
    lab = await startLab(`samples/${mode}.lvs.yaml`, `test-${mode}`)
    before = await stateOfEach(lab, DEPLOYED)
  })
  afterAll(async () => {
    await lab.down()
  })

  it('is served by nobody before', async () => {
    const { counts } = await answers(lab, 'alice', 'http://192.0.2.100/', 1)
    expect(counts).toEqual({ none: 1 })
  })

  it('plans changes for every deployed host, and changes nothing by that', async () => {
    const planned = await lab.cli('plan', lab.file, '--json')
    expect(planned.status).toBe(0)
    const { hosts } = JSON.parse(planned.stdout) as PlanJson
    expect(hosts.map(({ host }) => host)).toEqual(DEPLOYED)
    for (const { steps } of hosts) expect(steps.length).toBeGreaterThan(0)
    expect(await stateOf(lab, 'rs1')).toBe(before.get('rs1'))
  })

  it('is brought up in an order in which only the director ever answers ARP for the VIP', async () => {
    // Replies are unicast, so the place to watch is the host that asks: the VIP's neighbour towards the client.
    const [asker, link] = mode === 'dr' ? ['edge', 'eth1'] : ['alice', 'eth0']
    await lab.on(
      asker,
      `tcpdump --immediate-mode -U -n -i ${link} -w /tmp/arp.pcap arp >/dev/null 2>/tmp/tcpdump.log & echo $! >/tmp/tcpdump.pid
       until grep -q listening /tmp/tcpdump.log; do sleep 0.2; done`,
    )
    const applied = await lab.cli('apply', lab.file, '--json')
    const { outcome, hosts, services } = JSON.parse(applied.stdout) as ApplyJson
    expect(services.filter((service) => service.outcome !== 'PASSED')).toEqual([])
    expect(services.map(({ service }) => service)).toEqual(['web', 'web6'])
    expect(hosts.map((host) => host.outcome)).toEqual(['COMMITTED', 'COMMITTED', 'COMMITTED'])
    expect([applied.status, outcome]).toEqual([0, 'COMMITTED'])
    // Once more with everything up: broadcast, so that everybody who would answer does.
    await lab.on(asker, `arping -b -c 2 -w 4 -I ${link} 192.0.2.100 >/dev/null; sleep 0.5`)
    const capture = await lab.on(
      asker,
      'kill $(cat /tmp/tcpdump.pid); while kill -0 $(cat /tmp/tcpdump.pid) 2>/dev/null; do sleep 0.2; done; tcpdump -n -r /tmp/arp.pcap 2>/dev/null',
    )
    const replies = capture.split('\n').filter((line) => line.includes('Reply 192.0.2.100 '))
    const director = (await lab.on('lb1', 'cat /sys/class/net/eth0/address')).trim()
    expect(replies.length, capture).toBeGreaterThan(0)
    for (const reply of replies) expect(reply, capture).toContain(`is-at ${director}`)
  })

  it.each([
    ['IPv4', 'http://192.0.2.100/'],
    ['IPv6', 'http://[2001:db8:1::100]/'],
  ])('balances requests over %s across the real servers', async (_, url) => {
    const { counts, output } = await answers(lab, 'alice', url, 6)
    expect(counts, output).toEqual({ rs1: 3, rs2: 3 })
  })

  it('has the client’s connections in the director’s table, by the forwarding method drawn', async () => {
    const { output } = await answers(lab, 'alice', 'http://192.0.2.100/', 1)
    const client = /saw (\S+)/.exec(output)?.[1] ?? 'nobody'
    const table = await lab.on('lb1', 'ipvsadm -L -n -c')
    const entry = table.split('\n').find((line) => line.includes(` ${client} `))
    expect(entry).toMatch(new RegExp(`192\\.0\\.2\\.100:80 +\\S+:${port}`))
    const services = await lab.on('lb1', 'ipvsadm -L -n')
    expect(services.match(new RegExp(`:${port} +${method} `, 'g'))).toHaveLength(4)
  })

  it('a second apply changes nothing', async () => {
    const written = await lab.on('lb1', 'stat -c %Y.%s /var/lib/lvs-designer/*/current')
    const planned = JSON.parse((await lab.cli('plan', lab.file, '--json')).stdout) as PlanJson
    expect(planned.hosts.flatMap(({ steps }) => steps)).toEqual([])
    const again = await lab.cli('apply', lab.file, '--json')
    expect([again.status, (JSON.parse(again.stdout) as ApplyJson).outcome]).toEqual([0, 'UNCHANGED'])
    expect(await lab.on('lb1', 'stat -c %Y.%s /var/lib/lvs-designer/*/current')).toBe(written)
  })

  if (mode === 'dr') {
    it('verification sees through a false witness: answers that did not pass the director', async () => {
      const realServer = (await lab.on('rs1', 'cat /sys/class/net/eth0/address')).trim()
      await lab.on('edge', `ip neigh replace 192.0.2.100 lladdr ${realServer} nud permanent dev eth1`)
      const { counts } = await answers(lab, 'alice', 'http://192.0.2.100/', 2)
      expect(counts).toEqual({ rs1: 2 })
      const verified = await lab.cli('verify', lab.file, '--json')
      const { outcome, services } = JSON.parse(verified.stdout) as ApplyJson
      expect([verified.status, outcome]).toEqual([1, 'FAILED'])
      expect(services.find(({ service }) => service === 'web')?.detail).toMatch(/not through lb1/)
      await lab.on('edge', 'ip neigh del 192.0.2.100 dev eth1')
      expect((await lab.cli('verify', lab.file)).status).toBe(0)
    })
  }

  it('is brought back to what it was', async () => {
    const removed = await lab.cli('remove', lab.file, '--drain', '5', '--json')
    expect([removed.status, (JSON.parse(removed.stdout) as ApplyJson).outcome]).toEqual([0, 'COMMITTED'])
    expect(await stateOfEach(lab, DEPLOYED)).toEqual(before)
  })
})
