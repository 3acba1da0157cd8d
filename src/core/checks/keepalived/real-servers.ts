import { say } from '../../speech/say.js'
import { addressAndPort } from '../../formats/keepalived/address-word.js'
import { setting, wholeOf } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { KeepalivedRealServer } from '../../formats/keepalived/real-server.js'
import type { KeepalivedService } from '../../formats/keepalived/virtual-server.js'
import { addressKind, familyOf } from '../../topology/address.js'
import { checkChecker } from './checkers.js'
import { lineOf, rewriting, withoutLine, wordAt } from './report.js'
import { orderOf } from './order.js'
import type { KeepalivedReport } from './report.js'

/** What is wrong with real servers, and with how they are checked. */
export function checkRealServers(
  { virtualServers, groups, named, tree }: KeepalivedConfiguration,
  report: KeepalivedReport,
): void {
  const below = orderOf(tree)
  for (const service of virtualServers) {
    const places = new Map<string, KeepalivedRealServer>()
    for (const realServer of service.realServers) {
      checkPlace(service, realServer, report)
      checkGroupPorts(service, realServer, groups, report)
      checkTwice(service, realServer, places, report)
      for (const line of realServer.directive.children ?? []) {
        if (line.children !== undefined)
          checkChecker(line, realServer, { named, whole: tree.whole, below }, report)
      }
    }
    checkPorts(service, report)
  }
}

/** Once for a virtual server: its real servers are mostly checked alike. */
function checkPorts(service: KeepalivedService, report: KeepalivedReport): void {
  for (const realServer of service.realServers) {
    const served = effectivePort(service, realServer) ?? 0
    for (const checker of realServer.directive.children ?? []) {
      const line = checker.children === undefined ? undefined : setting(checker, 'connect_port')
      const asked = wholeOf(line, 1, 65_535)
      if (line === undefined || asked === undefined || served === 0 || asked === served) continue
      report(
        'CHECK-PORT',
        lineOf(line),
        say`the check asks port ${asked}, and the real server serves port ${served}: one can fail without the other`,
      )
      return
    }
  }
}

/** The port a real server really has: only NAT can change it (check_data.c `validate_check_config`). */
function effectivePort(
  { target }: KeepalivedService,
  { port, method }: KeepalivedRealServer,
): number | undefined {
  if (target?.kind !== 'address') return target?.kind === 'mark' ? 0 : port
  return method === 'nat' ? (port ?? target.port) : target.port
}

function checkPlace(
  service: KeepalivedService,
  realServer: KeepalivedRealServer,
  report: KeepalivedReport,
): void {
  const { directive, address, port, method } = realServer
  const [, word, portWord] = directive.words
  if (word === undefined || word.text.includes('$')) return
  if (address === undefined) {
    const apart = addressAndPort(word.text)
    if (apart !== undefined) {
      report(
        'KA-ADDRESS',
        wordAt(directive, 1),
        say`address and port stand apart in keepalived.conf; keepalived leaves the real server out`,
        { fixes: rewriting(directive, 1, apart) },
      )
    }
    return
  }
  if (portWord !== undefined && port === undefined && portWord.text === '0') return
  const { target, family } = service
  if (family !== undefined && familyOf(address) !== family && method !== 'tun') {
    report(
      'TUN-FAM',
      wordAt(directive, 1),
      say`the real server is of IPv${familyOf(address)} and the virtual server of IPv${family}, which only a tunnel can join; keepalived leaves the real server out`,
    )
  }
  const kind = addressKind(address)
  if (
    kind === 'multicast' ||
    kind === 'broadcast' ||
    kind === 'unspecified' ||
    (kind === 'link-local' && familyOf(address) === 6)
  ) {
    report(
      'RS-ADDR',
      wordAt(directive, 1),
      say`${address} is no address of one host that packets can be sent to; the kernel refuses it`,
    )
  }
  if (target?.kind === 'mark' && port !== undefined) {
    report(
      'FWMARK',
      wordAt(directive, 2),
      say`a virtual server by firewall mark keeps the port packets have; ${port} is not read`,
      { severity: 'error' },
    )
  }
  if (target?.kind === 'address' && method !== 'nat' && port !== undefined && port !== target.port) {
    report(
      method === 'dr' ? 'DR-PORT' : 'TUN-PORT',
      wordAt(directive, 2),
      say`packets come to ${address} with port ${target.port}, which ${method === 'dr' ? say`direct routing` : say`a tunnel`} does not change; keepalived takes ${port} for ${target.port}`,
      {
        severity: 'error',
        fixes: rewriting(directive, 2, String(target.port)),
      },
    )
  }
}

/** What a group is asked for keeps its port, or its mark, on the way to a real server, except through NAT. */
function checkGroupPorts(
  { target }: KeepalivedService,
  { directive, address, port, method }: KeepalivedRealServer,
  groups: KeepalivedConfiguration['groups'],
  report: KeepalivedReport,
): void {
  if (target?.kind !== 'group' || method === 'nat' || address === undefined || port === undefined) return
  const entries = groups.get(target.name)?.entries ?? []
  const other = entries.find((entry) => entry.kind === 'addresses' && entry.port !== port)
  if (other?.kind === 'addresses') {
    report(
      method === 'dr' ? 'DR-PORT' : 'TUN-PORT',
      wordAt(directive, 2),
      say`packets of the group ${target.name} come to ${address} with port ${other.port} too, which ${method === 'dr' ? say`direct routing` : say`a tunnel`} does not change`,
      { severity: 'error' },
    )
  } else if (entries.some(({ kind }) => kind === 'mark')) {
    report(
      'FWMARK',
      wordAt(directive, 2),
      say`packets of the group ${target.name} that have a firewall mark keep the port they have; ${port} is not read for them`,
      { severity: 'error' },
    )
  }
}

function checkTwice(
  service: KeepalivedService,
  realServer: KeepalivedRealServer,
  places: Map<string, KeepalivedRealServer>,
  report: KeepalivedReport,
): void {
  const { address, directive, port } = realServer
  if (address === undefined) return
  const effective = effectivePort(service, realServer)
  const key = `${address} ${effective ?? ''}`
  const earlier = places.get(key)
  if (earlier === undefined) {
    places.set(key, realServer)
    return
  }
  const reset = port !== effective || earlier.port !== effective
  report(
    'DUP-RS',
    lineOf(directive),
    say`${address} stands in this virtual server twice${reset ? say` once both have port ${effective ?? 0}` : ''}; keepalived takes this one out`,
    {
      fixes: withoutLine(directive, say`Take it out`),
    },
  )
}
