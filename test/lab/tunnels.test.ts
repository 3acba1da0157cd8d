import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLab, stateOf } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

interface PlanJson {
  readonly hosts: readonly {
    readonly host: string
    readonly steps: readonly { readonly summary: string }[]
  }[]
}
interface ApplyJson {
  readonly outcome: string
  readonly services: readonly {
    readonly service: string
    readonly outcome: string
    readonly detail: string
  }[]
}

/** One of each kind: rs2 and rs4 are told the same as rs1 and rs3. */
const COMPARED = ['lb1', 'rs1', 'rs3']

/** Where each service is asked for, and which two answer; whom they see, where that is not the client. */
interface Balanced {
  readonly service: string
  readonly url: string
  readonly by: readonly string[]
  readonly seen?: string
}
const BALANCED: readonly Balanced[] = [
  { service: 'gre', url: 'http://192.0.2.101/', by: ['rs1', 'rs2'] },
  { service: 'gre-csum', url: 'http://192.0.2.102/', by: ['rs3', 'rs4'] },
  { service: 'gue', url: 'http://192.0.2.103/', by: ['rs1', 'rs2'] },
  { service: 'gue-csum', url: 'http://192.0.2.104/', by: ['rs1', 'rs2'] },
  { service: 'gue-remcsum', url: 'http://192.0.2.105/', by: ['rs1', 'rs2'] },
  { service: 'four-in-six', url: 'http://192.0.2.106/', by: ['rs1', 'rs2'] },
  { service: 'six-in-four', url: 'http://[2001:db8:1::107]/', by: ['rs1', 'rs2'] },
  { service: 'six-in-six', url: 'http://[2001:db8:1::108]/', by: ['rs1', 'rs2'] },
  { service: 'gre-in-six', url: 'http://192.0.2.109/', by: ['rs1', 'rs2'] },
  { service: 'gue-in-six', url: 'http://192.0.2.110/', by: ['rs1', 'rs2'] },
  { service: 'masqueraded', url: 'http://192.0.2.111/', by: ['rs1', 'rs2'], seen: '192.0.2.2' },
  { service: 'masqueraded6', url: 'http://[2001:db8:1::112]/', by: ['rs1', 'rs2'], seen: '2001:db8:1::2' },
  { service: 'marked6', url: 'http://[2001:db8:1::121]/', by: ['rs3', 'rs4'] },
]

/** What was there before us and must be there after us: a tunnel, a UDP port and a table of others. */
const THEIRS = {
  rs1: 'ip link add theirs type ip6gre local fd00:1::11 remote fd00:9::1 && ip fou add port 7000 ipproto 4',
  lb1: 'nft "add table inet theirs; add chain inet theirs c { type filter hook prerouting priority mangle; policy accept; }; add rule inet theirs c ip daddr 192.0.2.2 counter"',
}

/** Steps of one story on one lab: each needs the one before. */
describe('tunnels of every kind, services by mark and masquerading, deployed to the lab', () => {
  let lab: RunningLab
  const before = new Map<string, string>()
  const state = async (host: string) => (await stateOf(lab, host)).replace(/counter .*/, 'counter')

  beforeAll(async () => {
    lab = await startLab('test/fixtures/tunnels.lvs.yaml', 'test-tunnels')
    for (const [host, command] of Object.entries(THEIRS)) await lab.on(host, command)
    await Promise.all(COMPARED.map(async (host) => before.set(host, await state(host))))
  })
  afterAll(async () => {
    await lab.down()
  })

  it('is brought up, and every service that can be tried is answered through the director', async () => {
    const applied = await lab.cli('apply', lab.file, '--json')
    const { outcome, services } = JSON.parse(applied.stdout) as ApplyJson
    expect(services.filter((service) => service.outcome !== 'PASSED')).toEqual([
      {
        service: 'marked6',
        outcome: 'UNKNOWN',
        detail: 'read-back only: the mark is for every port, and none is drawn to try',
      },
    ])
    expect([applied.status, outcome, services.length]).toEqual([0, 'COMMITTED', 14])
  })

  it('balances over the real servers, and carries more than one packet holds', async () => {
    const script = BALANCED.map(
      ({ url }) =>
        `echo "= ${url}"; for i in 1 2 3 4; do curl -sS -m 10 '${url}' || echo none; done; head -c 100000 /dev/zero | curl -sS -m 20 --data-binary @- '${url}' || echo none`,
    ).join('; ')
    const output = await lab.on('alice', script)
    const answered = new Map(
      output.split('= ').map((part) => {
        const [url = '', ...lines] = part.trim().split('\n')
        return [url, lines]
      }),
    )
    for (const { service, url, by, seen } of BALANCED) {
      const lines = answered.get(url) ?? []
      const who = lines.slice(0, 4).map((line) => line.split(' ')[0])
      expect(who.toSorted(), `${service}: ${lines.join('\n')}`).toEqual([...by, ...by].toSorted())
      expect(lines[4], service).toMatch(/ 100000 bytes$/)
      if (seen !== undefined) expect(lines[0], service).toMatch(new RegExp(` saw \\[?${seen}\\]?:`))
    }
  })

  it('sends both ports of a mark to the real server the client is with, and no other port', async () => {
    const output = await lab.on(
      'alice',
      'for port in 80 8080 80 8080; do curl -sS -m 10 http://192.0.2.120:$port/; done; nc -z -w 5 192.0.2.120 22 && echo ssh',
    )
    const lines = output.trim().split('\n')
    expect(new Set(lines.slice(0, 4).map((line) => line.split(' ')[0])).size, output).toBe(1)
    expect(lines.slice(0, 4).map((line) => line.split(' ')[1])).toEqual([
      '192.0.2.120:80',
      '192.0.2.120:8080',
      '192.0.2.120:80',
      '192.0.2.120:8080',
    ])
    // Port 22 of the VIP is the director's own: nobody marked it.
    expect(lines[4]).toBe('ssh')
    const table = await lab.on('lb1', 'ipvsadm -L -n -c')
    expect(table).toMatch(/192\.0\.2\.120:8080 +192\.0\.2\.1[34]:8080/)
    expect(table).not.toContain('192.0.2.120:22 ')
  })

  it('a second apply has nothing to do', async () => {
    const again = await lab.cli('apply', lab.file, '--skip-verify', '--json')
    expect([again.status, (JSON.parse(again.stdout) as ApplyJson).outcome]).toEqual([0, 'UNCHANGED'])
  })

  it('sees what somebody changed by hand, and mends it', async () => {
    await lab.on('lb1', 'nft flush chain inet lvs-designer-test-tunnels mark-17-ipv4')
    await lab.on('lb1', 'nft flush set inet lvs-designer-test-tunnels masquerade-tcp-ipv4')
    await lab.on('rs1', 'ip fou del port 6090; ip link set gre0 down')
    const { hosts } = JSON.parse((await lab.cli('plan', lab.file, '--json')).stdout) as PlanJson
    expect(hosts.flatMap(({ host, steps }) => steps.map(({ summary }) => `${host}: ${summary}`))).toEqual([
      'lb1: change which packets get the firewall mark 17 (IPv4): tcp to 192.0.2.120, ports 80, 8080',
      'lb1: put the director’s address in the place of the client’s in requests: tcp to 192.0.2.111, port 80',
      'rs1: unpack GUE at UDP port 6090 (IPv4)',
      'rs1: set gre0 up',
    ])
    const applied = await lab.cli('apply', lab.file, '--skip-verify', '--json')
    expect([applied.status, (JSON.parse(applied.stdout) as ApplyJson).outcome], applied.stdout).toEqual([
      0,
      'COMMITTED',
    ])
  })

  it('is brought back to what it was, with what is of others', async () => {
    const removed = await lab.cli('remove', lab.file, '--drain', '1', '--json')
    expect([removed.status, (JSON.parse(removed.stdout) as ApplyJson).outcome], removed.stdout).toEqual([
      0,
      'COMMITTED',
    ])
    const after = await Promise.all(COMPARED.map(async (host) => [host, await state(host)] as const))
    for (const [host, text] of after) expect(text, host).toBe(before.get(host))
    expect(before.get('rs1')).toContain('theirs')
    expect(before.get('rs1')).toContain('port 7000 ipproto 4')
    expect(before.get('lb1')).toContain('table inet theirs')
  })
})
