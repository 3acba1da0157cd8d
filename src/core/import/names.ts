import type { JoinedService } from './join.js'
import { vipOf } from './join.js'
import { PLAIN_NAME } from '../topology/names.js'

/** What people call services at a port (IANA), as far as they stand behind LVS. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['tcp 21', 'ftp'],
  ['tcp 22', 'ssh'],
  ['tcp 25', 'smtp'],
  ['tcp 53', 'dns-tcp'],
  ['udp 53', 'dns'],
  ['tcp 80', 'http'],
  ['udp 123', 'ntp'],
  ['tcp 110', 'pop3'],
  ['tcp 143', 'imap'],
  ['tcp 389', 'ldap'],
  ['tcp 443', 'https'],
  ['udp 443', 'quic'],
  ['udp 514', 'syslog'],
  ['tcp 587', 'submission'],
  ['tcp 636', 'ldaps'],
  ['tcp 993', 'imaps'],
  ['tcp 995', 'pop3s'],
  ['udp 1812', 'radius'],
  ['tcp 3306', 'mysql'],
  ['udp 5060', 'sip'],
  ['tcp 5432', 'postgresql'],
  ['tcp 6379', 'redis'],
  ['tcp 6443', 'kube-apiserver'],
])

/** A name for each service: what its file calls it, else by its port; with the VIP where that is not enough. */
export function serviceNames(services: readonly JoinedService[]): string[] {
  const short = services.map(shortName)
  const counts = new Map<string, number>()
  for (const name of short) counts.set(name, (counts.get(name) ?? 0) + 1)
  const taken = new Set<string>()
  return services.map((service, index) => {
    const name = short[index] ?? 'service'
    const alone = counts.get(name) === 1
    const full = alone ? name : `${name}-${placeName(service)}`
    let free = full
    for (let number = 2; taken.has(free); number++) free = `${full}-${number}`
    taken.add(free)
    return free
  })
}

function shortName({ name, target }: JoinedService): string {
  if (name !== undefined && PLAIN_NAME.test(name) && name.length < 24) return name
  if (target.kind === 'mark') return `mark-${target.mark}`
  const { protocol, port } = target
  return KNOWN.get(`${protocol} ${port}`) ?? (port === 0 ? `all-${protocol}` : `${protocol}-${port}`)
}

/** `192.0.2.100`, or `2001-db8--100`: a name has no colons. */
function placeName(service: JoinedService): string {
  const { target } = service
  const vip = vipOf(service)
  if (vip === undefined) return target.kind === 'mark' ? `ipv${target.family}` : ''
  const port = service.name !== undefined && target.kind === 'address' ? `-${target.port}` : ''
  return `${vip.replaceAll(':', '-')}${port}`
}
