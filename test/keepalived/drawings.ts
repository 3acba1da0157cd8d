/** Drawings of clusters that keepalived manages, made from a seed: every kind of service, check and pair. */

/** Always the same numbers for a seed (Mulberry32). */
export function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const HEALTH = [
  '{ type: tcp }',
  '{ type: tcp, port: 8081, timeout: 2, retries: 3, retry-delay: 2, interval: 4 }',
  '{ type: http, path: /up?now=1&deep, status: [200, 301-302], host: shop.example }',
  '{ type: https, host: shop.example, starts-down: true }',
  '{ type: ping, interval: 2 }',
  '{ type: smtp, helo: lb.example }',
  '{ type: script, command: /bin/true --deep 1, timeout: 3 }',
]
const UDP_HEALTH = [
  '{ type: dns, name: shop.example, record: AAAA }',
  '{ type: dns }',
  '{ type: udp, send: 0d0a, expect: 0d }',
  '{ type: ping }',
]
const SCHEDULERS = [
  'rr',
  'wrr',
  'wlc',
  'sh\n    flags: [sh-port, sh-fallback]',
  'mh\n    flags: [mh-port]',
  'sed',
  'nq',
]

export function keepalivedDrawing(seed: number): string {
  const next = random(seed)
  const one = <T>(of: readonly T[]): T => of[next(of.length)] as T
  const chance = (percent: number) => next(100) < percent
  const pair = chance(60)
  const mode = one(['nat', 'dr', 'tun'])
  const count = 1 + next(4)
  const six = chance(30)
  const realServers = Array.from({ length: count }, (_, at) => `rs${at + 1}`)
  const hosts = [
    ...['lb1', ...(pair ? ['lb2'] : [])].map(
      (name, at) =>
        `  ${name}: { role: director, interfaces: { eth0: { network: front, address: [192.0.2.${at + 1}, '2001:db8:1::${at + 1}'] }, eth1: { network: back, address: [10.0.0.${at + 1}, '2001:db8:2::${at + 1}'] } } }`,
    ),
    ...realServers.map(
      (name, at) =>
        `  ${name}: { role: real-server, ${mode === 'nat' ? '' : "gateway: [10.0.0.253, '2001:db8:2::fd'], "}interfaces: { eth0: { network: back, address: [10.0.0.${at + 11}, '2001:db8:2::${at + 11}'] } } }`,
    ),
  ]
  const services = Array.from({ length: 1 + next(4) }, (_, at) => {
    const udp = chance(25)
    const marked = mode !== 'nat' && chance(15)
    const lines = [
      `mode: ${mode}`,
      `director: ${pair ? '[lb1, lb2]' : 'lb1'}`,
      `vip: ${six && at % 2 === 1 ? `'2001:db8:1::${100 + at}'` : `192.0.2.${100 + at}`}`,
      ...(marked ? [`mark: ${at + 7}`, 'ports: [8443]'] : [`port: ${80 + at}`]),
      ...(udp ? ['protocol: udp'] : []),
      `scheduler: ${one(SCHEDULERS)}`,
      ...(udp && mode !== 'nat' && chance(30) ? ['one-packet: true'] : []),
      ...(chance(30) ? [`persistence: { timeout: ${60 + next(600)} }`] : []),
      ...(mode === 'tun' && chance(50)
        ? [
            `tunnel: ${one(['{ type: gre }', '{ type: gue, port: 6080 }', '{ type: gue, port: 6080, checksum: csum }'])}`,
          ]
        : []),
      ...(chance(80) ? [`health: ${one(udp ? UDP_HEALTH : HEALTH)}`] : []),
      ...(chance(30) ? [`quorum: ${1 + next(count)}`] : []),
      `real-servers: { ${realServers
        .map((name) => {
          const port = mode === 'nat' && chance(40) ? 'port: 8080, ' : ''
          const limits = chance(20) ? ', thresholds: { upper: 100, lower: 50 }' : ''
          return `${name}: { ${port}weight: ${1 + next(5)}${limits} }`
        })
        .join(', ')} }`,
      ...(mode === 'dr' && chance(30) && !six ? ['sorry-server: { address: 10.0.0.99 }'] : []),
    ]
    return `  s${at}:\n${lines.map((line) => `    ${line}`).join('\n')}`
  })
  const vrrp = [
    `id: ${1 + next(255)}`,
    'network: front',
    ...(mode === 'nat' ? ["inside-vip: [10.0.0.254, '2001:db8:2::fe']"] : []),
    ...(chance(50) ? ['sync: true'] : []),
    ...(chance(40) ? ['unicast: true'] : []),
    ...(chance(30) ? ['preempt: false'] : []),
    ...(chance(30) ? [`advert: ${one([1, 2, 0.5])}`] : []),
  ]
  return [
    'lvs: 1',
    `name: made-${seed}`,
    'networks:',
    "  front: { subnet: [192.0.2.0/24, '2001:db8:1::/64'], gateway: [192.0.2.254, '2001:db8:1::fe'] }",
    "  back: { subnet: [10.0.0.0/24, '2001:db8:2::/64'] }",
    'hosts:',
    ...hosts,
    'services:',
    ...services,
    'manage: { director: keepalived, script-user: root-less }',
    ...(pair ? [`vrrp: { ${vrrp.join(', ')} }`] : []),
    '',
  ].join('\n')
}
