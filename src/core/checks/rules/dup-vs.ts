import { say } from '../../speech/say.js'
import { withPort } from '../../topology/address.js'
import { below } from '../../topology/path.js'
import type { ServiceModel } from '../../hosts/services.js'
import { valueAt } from '../places.js'
import type { Report, Rule } from '../rule.js'

export const duplicateService: Rule = {
  code: 'DUP-VS',
  severity: 'error',
  title: 'Two services for the same packets',
  why: 'Only one of them comes to be; with keepalived its real servers become a mixture of both, and the configuration test is silent. Of a service by mark and one by address, that by address gets nothing.',
  kernel:
    'An IPVS service is known by protocol, address and port, or by its mark; a second one is refused with EEXIST, "Service already exists" ' +
    '(ip_vs_ctl.c). ip_vs_service_find looks for the mark of a packet before its address.',
  mend: 'Give one of them another VIP, port, protocol or mark, or join their real servers.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c (Linux 6.1)',
  explains: ['NO_SERVICE'],
  check: ({ services }, report) => {
    addressesTwice(services, report)
    marksTwice(services, report)
    shadowed(services, report)
  },
}

/** Each director has a table of its own: with different ones the VIP is the fault (SVC-VIP-DIRECTOR). */
function addressesTwice(services: readonly ServiceModel[], report: Report): void {
  const earlier = onDirectors()
  for (const { name, path, drawn } of services) {
    const { protocol, vip, port, mark } = drawn
    if (vip === undefined || port === undefined || mark !== undefined) continue
    const key = `${protocol} ${withPort(vip, port)}`
    const other = earlier(drawn.directors, key, name)
    if (other !== undefined) {
      report(valueAt(below(path, 'vip')), say`"${name}" is for ${key}, and so is "${other}"`)
    }
  }
}

/** Each address family has marks of its own. */
function marksTwice(services: readonly ServiceModel[], report: Report): void {
  const earlier = onDirectors()
  for (const { name, path, drawn, family } of services) {
    const { mark, directors } = drawn
    if (mark === undefined) continue
    const other = earlier(directors, `${family} ${mark}`, name)
    if (other !== undefined) {
      report(
        valueAt(below(path, 'mark')),
        say`"${name}" takes mark ${mark} of IPv${family} on ${directors.join(say` and `)}, and so does "${other}"`,
      )
    }
  }
}

/** Tells which service, on one of these directors, had a key before; and keeps that this one has it. */
function onDirectors(): (directors: readonly string[], key: string, name: string) => string | undefined {
  const first = new Map<string, string>()
  return (directors, key, name) => {
    const keys = directors.map((director) => `${director} ${key}`)
    const other = keys.map((each) => first.get(each)).find((known) => known !== undefined)
    for (const each of keys) if (!first.has(each)) first.set(each, name)
    return other
  }
}

/** What gets a mark is not there for a service by address, nor for one by another mark. */
function shadowed(services: readonly ServiceModel[], report: Report): void {
  const marked = new Map<string, { all?: string; readonly ports: Map<number, string> }>()
  for (const { name, path, drawn } of services) {
    const { mark, vip, protocol, ports } = drawn
    if (mark === undefined || vip === undefined) continue
    const key = `${protocol} ${vip}`
    const known = marked.get(key) ?? { ports: new Map<number, string>() }
    marked.set(key, known)
    const [other] = ports.flatMap((port) => known.ports.get(port) ?? [])
    const before = known.all ?? (ports.length === 0 ? [...known.ports.values()][0] : other)
    if (before !== undefined) {
      report(
        valueAt(below(path, 'mark')),
        say`packets for ${vip} are to get mark ${mark} for "${name}" and another for "${before}", and a packet has one`,
      )
    }
    if (ports.length === 0) known.all ??= name
    for (const port of ports) if (!known.ports.has(port)) known.ports.set(port, name)
  }
  for (const { name, path, drawn } of services) {
    const { mark, vip, protocol, port } = drawn
    if (mark !== undefined || vip === undefined || port === undefined) continue
    const known = marked.get(`${protocol} ${vip}`)
    const taken = known?.all ?? known?.ports.get(port)
    if (taken === undefined) continue
    report(
      valueAt(below(path, 'port')),
      say`everything for ${protocol} ${withPort(vip, port)} gets the mark of "${taken}", so "${name}" never sees a packet`,
    )
  }
}
