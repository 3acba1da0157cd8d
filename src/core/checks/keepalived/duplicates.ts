import { say } from '../../speech/say.js'
import type { KeepalivedConfiguration, KeepalivedGroup } from '../../formats/keepalived/configuration.js'
import type { KeepalivedService } from '../../formats/keepalived/virtual-server.js'
import { addressAfter, familyOf } from '../../topology/address.js'
import { wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** Of a wide range only so many addresses are compared one by one. */
const MAX_COMPARED = 512

/** Virtual servers, and lines of groups, for the same packets. */
export function checkDuplicates(
  { virtualServers, groups, tree }: KeepalivedConfiguration,
  report: KeepalivedReport,
): void {
  const seen = new Map<string, KeepalivedService>()
  for (const service of virtualServers) {
    for (const key of keysOf(service, groups)) {
      const earlier = seen.get(key)
      if (earlier === undefined) {
        seen.set(key, service)
        continue
      }
      if (earlier === service) continue
      const [word] = earlier.directive.words
      const line = lineNumber(earlier, word?.start ?? 0)
      const elsewhere =
        earlier.directive.source === service.directive.source ? '' : say` of ${earlier.directive.source.name}`
      report(
        'DUP-VS',
        wordAt(service.directive, 1),
        say`${key} has a virtual server already, on line ${line}${elsewhere}; the kernel refuses a second one and its real servers join the first, while "keepalived -t" says nothing`,
      )
      break
    }
  }
  const named = new Set<string>()
  for (const directive of tree.directives) {
    if (directive.name !== 'virtual_server_group') continue
    const name = directive.words[1]?.text ?? ''
    if (named.has(name))
      report(
        'KA-GROUP',
        wordAt(directive, 1),
        say`there are two groups ${name}; which one a virtual server gets is not said`,
      )
    named.add(name)
  }
  for (const group of groups.values()) checkGroup(group, report)
}

function lineNumber({ directive }: KeepalivedService, offset: number): number {
  let lines = 1
  const { text } = directive.source
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function keysOf(
  { target, protocol, family }: KeepalivedService,
  groups: ReadonlyMap<string, KeepalivedGroup>,
): string[] {
  if (target === undefined) return []
  const of = protocol ?? 'udp'
  if (target.kind === 'mark') return [say`firewall mark ${target.mark} (IPv${family ?? 4})`]
  if (target.kind === 'address') return [say`${target.address} port ${target.port} ${of}`]
  const entries = groups.get(target.name)?.entries ?? []
  return entries.flatMap((entry) => {
    if (entry.kind === 'wrong') return []
    if (entry.kind === 'mark') return [say`firewall mark ${entry.mark} (IPv${entry.family ?? family ?? 4})`]
    return Array.from({ length: Math.min(entry.count, MAX_COMPARED) }, (_, index) => {
      const address = addressAfter(entry.first, index)
      return say`${address ?? entry.first} port ${entry.port} ${of}`
    })
  })
}

function checkGroup({ directive, name, entries }: KeepalivedGroup, report: KeepalivedReport): void {
  if (entries.length === 0 && directive.whole) {
    report('KA-GROUP', wordAt(directive), say`the group ${name} has nothing in it; keepalived takes it out`)
  }
  for (const entry of entries) {
    if (entry.kind === 'wrong' && !entry.directive.name.includes('$')) {
      report('KA-GROUP', wordAt(entry.directive), say`${entry.reason}; keepalived leaves the line out`)
    }
  }
  const families = new Set(
    entries.flatMap((entry) => (entry.kind === 'addresses' ? [familyOf(entry.first)] : [])),
  )
  const unsaid = entries.find((entry) => entry.kind === 'mark' && entry.family === undefined)
  if (families.size > 1 && unsaid !== undefined) {
    report(
      'KA-GROUP',
      wordAt(unsaid.directive),
      say`in a group of both families a firewall mark must say its own, inet or inet6; keepalived takes the group out`,
    )
  }
}
