import { expect, it } from 'vitest'
import { parseAddress } from '../../core/topology/address.js'
import type { LabSpec } from '../spec.js'
import { chooseManagementNetwork } from '../management.js'
import { wiring } from '../wiring.js'
import { parseAnswers } from './answers.js'
import { askingJob } from './job.js'

const host = (name: string, ...networks: string[]) => ({
  name,
  interfaces: networks.map((network, index) => ({
    name: `eth${index}`,
    network,
    mac: `02:00:00:00:00:0${index}`,
    addresses: [],
  })),
  routes: [],
  sysctls: [],
  listens: [],
  drops: [],
})
const spec: LabSpec = {
  name: 'x',
  networks: [{ name: 'front' }, { name: 'back' }],
  hosts: [host('alice', 'front'), host('lb1', 'front', 'back'), host('rs1', 'back')],
}
const address = parseAddress('192.0.2.100')
if (address === undefined) throw new Error('an address')
const job = askingJob(spec, {
  requests: [{ client: 'alice', protocol: 'tcp', address, port: 80 }],
  tables: ['lb1'],
  guePorts: [],
})

it('a job names every drawn port of the switch as the lab has wired it', () => {
  expect(job.text).toContain('\nhost rs1\ntable lb1\nrequest alice tcp 192.0.2.100 80 20000 20000\n')
  const { hosts } = wiring(spec, chooseManagementNetwork(spec))
  const plugs = hosts.map(({ plug }) => plug).join('')
  for (const { device, host: of, interface: name } of job.ports) {
    // The switch's end is sN, the host's hN.
    expect(plugs).toContain(`link set dev ${device.replace('s', 'h')} netns ${of} name ${name} `)
  }
  expect(job.ports).toHaveLength(4)
  // Of no management port: what SSH sends is no frame of the drawing.
  expect(plugs.match(/^link set dev h\d+ /gm)).toHaveLength(7)
})

const SYN =
  '02000000000202000000000108004500002800004000 3f060000c0000232c0000264 9c400050000000000000000050020000 00000000'

const OUTPUT = [
  'counter 0 before lb1        0        2        0        0        0        0',
  'counter 0 before lb1        1        0        0        0        0        0',
  `frame 0 1 ${SYN.replaceAll(' ', '')}`,
  'counter 0 after lb1        0        2        0        0        0        0',
  'counter 0 after lb1        1        1        5        0        0        0',
  'neighbour 0 alice 192.0.2.100      0x1         0x2         02:00:00:00:00:01     *        eth0',
  'request 0 answered 0 rs1 40000 20000',
  'table lb1 IP Virtual Server version 1.2.1 (size=4096)',
  'table lb1   -> 192.0.2.11:80                       1',
  'done',
  '',
]

it('answers say what came of a request, who sent its frames, and whether IPVS has scheduled it', () => {
  const { answers, tables } = parseAnswers(OUTPUT.join('\n'), job)
  expect(answers).toHaveLength(1)
  expect(answers[0]).toMatchObject({
    scheduled: true,
    request: { state: 'answered', server: 'rs1', clientPort: 40000, down: 20000 },
    frames: [
      {
        from: { host: 'lb1', interface: 'eth0', network: 'front' },
        frame: { kind: 'ip', packet: { ip: { ttl: 63, dst: '192.0.2.100' }, l4: { flags: 'SYN' } } },
      },
    ],
  })
  expect(answers[0]?.neighbours.get('alice')?.[0]).toMatch(/^192\.0\.2\.100 /)
  expect(tables.get('lb1')).toBe(
    'IP Virtual Server version 1.2.1 (size=4096)\n  -> 192.0.2.11:80                       1\n',
  )
})

it('a request that IPVS has counted before is not scheduled by that', () => {
  const same = OUTPUT.map((line) => line.replace('1        1        5', '1        0        5'))
  expect(parseAnswers(same.join('\n'), job).answers[0]?.scheduled).toBe(false)
})

it('what breaks off is no answer', () => {
  expect(() => parseAnswers(OUTPUT.slice(0, 5).join('\n'), job)).toThrow(/broke off/)
})
