import { say } from '../../speech/say.js'
import { isWhole, lacks } from '../../formats/keepalived/whole.js'
import { setting } from '../../formats/keepalived/settings.js'
import { granularityLength } from '../../formats/keepalived/virtual-server.js'
import type { KeepalivedConfiguration, KeepalivedGroup } from '../../formats/keepalived/configuration.js'
import type { KeepalivedRealServer } from '../../formats/keepalived/real-server.js'
import type { KeepalivedService } from '../../formats/keepalived/virtual-server.js'
import { readTunnel } from '../../formats/keepalived/tunnel-words.js'
import { dottedMask } from '../../formats/ipvsadm.js'
import { addressAndPort, shortAddressOf } from '../../formats/keepalived/address-word.js'
import { familyOf, parseAddress } from '../../topology/address.js'
import { intoBlock, lineOf, rewriting, withoutLine, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** What is wrong with virtual servers by themselves (check_data.c `validate_check_config`). */
export function checkServices(
  { virtualServers, groups, tree }: KeepalivedConfiguration,
  report: KeepalivedReport,
): void {
  for (const service of virtualServers) {
    checkTarget(service, report)
    if (service.target === undefined) continue
    const { directive, target } = service
    const group = target.kind === 'group' ? groups.get(target.name) : undefined
    if (target.kind === 'group' && group === undefined) {
      if (!tree.whole) continue
      report(
        'KA-GROUP',
        wordAt(directive, 2),
        say`there is no virtual_server_group ${target.name}; keepalived leaves this virtual server out, and "keepalived -t" says nothing`,
      )
      continue
    }
    const marked = target.kind === 'mark' || (group?.entries.every(({ kind }) => kind === 'mark') ?? false)
    // What is in the group decides whether there is a protocol.
    if (group?.directive.whole !== false) checkProtocol(service, marked, report)
    checkSuspend(service, target.kind === 'mark' || hasMark(group), report)
    checkFamily(service, report)
    checkMethod(service, report)
    checkScheduler(service, report)
    checkPersistence(service, report)
    checkWeights(service, report)
    checkSorry(service, report)
  }
}

function checkTarget({ directive, target }: KeepalivedService, report: KeepalivedReport): void {
  if (target !== undefined) return
  const [, first, second] = directive.words
  if (first === undefined || first.text.includes('$')) return
  const out = say`keepalived leaves the whole block out`
  if (first.text === 'fwmark') {
    report('KA-ADDRESS', wordAt(directive, 2), say`"${second?.text ?? ''}" is no firewall mark; ${out}`)
    return
  }
  if (first.text === 'group') {
    report('KA-ADDRESS', wordAt(directive, 1), say`the name of the group is missing; ${out}`)
    return
  }
  const apart = addressAndPort(first.text)
  if (apart !== undefined) {
    report('KA-ADDRESS', wordAt(directive, 1), say`address and port stand apart in keepalived.conf; ${out}`, {
      fixes: rewriting(directive, 1, apart),
    })
    return
  }
  if (parseAddress(first.text) === undefined) {
    report(
      'KA-ADDRESS',
      wordAt(directive, 1),
      say`"${first.text}" is no address, and names are not looked up; ${out}`,
    )
    return
  }
  report('KA-ADDRESS', wordAt(directive, 2), say`"${second?.text ?? ''}" is no port; ${out}`)
}

function checkProtocol(
  { directive, protocol, onePacket, realServers, title }: KeepalivedService,
  marked: boolean,
  report: KeepalivedReport,
): void {
  const said = setting(directive, 'protocol')
  if (marked) {
    if (said !== undefined) {
      report('FWMARK', lineOf(said), say`a virtual server by firewall mark has no protocol; it is not read`, {
        severity: 'error',
        fixes: withoutLine(said, say`Take it out`),
      })
    }
  } else if (lacks(directive, 'protocol') && realServers.length > 0) {
    report(
      'PROTO-UDP',
      wordAt(directive),
      say`virtual server ${title} does not say its protocol, so it is one of UDP`,
      {
        fixes: intoBlock(directive, 'protocol TCP', say`Add "protocol TCP"`),
      },
    )
  }
  const ops = setting(directive, 'ops')
  if (onePacket && !marked && (protocol ?? 'udp') !== 'udp' && ops !== undefined) {
    report('OPS-UDP', lineOf(ops), say`one-packet scheduling is for UDP only; keepalived goes on without`, {
      fixes: withoutLine(ops, say`Take it out`),
    })
  }
}

function hasMark(group: KeepalivedGroup | undefined): boolean {
  return group?.entries.some(({ kind }) => kind === 'mark') ?? false
}

function checkSuspend({ directive }: KeepalivedService, anyMark: boolean, report: KeepalivedReport): void {
  const suspend = setting(directive, 'ha_suspend')
  if (!anyMark || suspend === undefined) return
  report(
    'KA-VALUE',
    lineOf(suspend),
    say`ha_suspend goes by an address; a firewall mark has none, and keepalived goes on without`,
    { fixes: withoutLine(suspend, say`Take it out`) },
  )
}

/** The family is that of the address, or else of the first real server above. */
function checkFamily({ directive, target, realServers }: KeepalivedService, report: KeepalivedReport): void {
  const line = setting(directive, 'ip_family')
  const said = line?.words[1]?.text
  if (line === undefined || (said !== 'inet' && said !== 'inet6')) return
  const lines = directive.children ?? []
  const above = realServers.find(
    (each) => each.method !== 'tun' && lines.indexOf(each.directive) < lines.indexOf(line),
  )
  const settling = target?.kind === 'address' ? target.address : above?.address
  if (settling === undefined || familyOf(settling) === (said === 'inet6' ? 6 : 4)) return
  report(
    'KA-VALUE',
    lineOf(line),
    say`the family is that of ${settling}, IPv${familyOf(settling)}; keepalived goes on without this line`,
    { fixes: withoutLine(line, say`Take it out`) },
  )
}

function checkMethod({ directive, method, realServers }: KeepalivedService, report: KeepalivedReport): void {
  const said = (directive.children ?? []).filter(({ name }) => name === 'lb_kind' || name === 'lvs_method')
  if (
    directive.whole &&
    said.length === 0 &&
    realServers.some((each) => lacks(each.directive, 'lvs_method'))
  ) {
    report('METHOD-NAT', wordAt(directive), say`no forwarding method is given, so it is NAT`, {
      fixes: intoBlock(directive, 'lvs_method NAT', say`Add "lvs_method NAT", which it is now`),
    })
  }
  const all = [
    ...(method === undefined ? [] : said),
    ...(directive.children ?? []).filter(({ name }) => name === 'sorry_server_lvs_method'),
    ...realServers.flatMap((each) => setting(each.directive, 'lvs_method') ?? []),
  ]
  for (const line of all) {
    const { wrong } = readTunnel(line)
    if (wrong !== undefined) report('KA-TUNNEL', lineOf(line), wrong)
  }
}

function checkScheduler({ directive, scheduler }: KeepalivedService, report: KeepalivedReport): void {
  const lines = directive.children ?? []
  const said = lines.find(({ name }) => name === 'lb_algo' || name === 'lvs_sched')
  if (directive.whole && said === undefined && (directive.children?.length ?? 0) > 0) {
    report('SCHED-DFLT', wordAt(directive), say`no scheduler is given, so it is wlc`, {
      fixes: intoBlock(directive, 'lvs_sched wlc', say`Add "lvs_sched wlc", which it is now`),
    })
  }
  let above: string | undefined
  for (const line of lines) {
    if (line.name === 'lb_algo' || line.name === 'lvs_sched') above = line.words[1]?.text
    const of = line.name.startsWith('sh-') ? 'sh' : line.name.startsWith('mh-') ? 'mh' : undefined
    // They are the same bits, and keepalived asks for one of the two schedulers only.
    if (of === undefined || above === 'sh' || above === 'mh') continue
    if (above === undefined && !directive.whole) continue
    const why =
      scheduler === of
        ? say`must stand below lvs_sched`
        : say`belongs to the scheduler ${of}, and this is ${scheduler ?? 'wlc'}`
    report('SCHED-FLAGS', lineOf(line), say`${line.name} ${why}; keepalived goes on without`)
  }
}

function checkPersistence(
  { directive, target, persistence, granularity, family, engine, protocol }: KeepalivedService,
  report: KeepalivedReport,
): void {
  const group = target?.kind === 'group'
  if (target?.kind === 'address' && target.port === 0 && persistence === undefined && directive.whole) {
    report(
      'PERSIST0',
      wordAt(directive, 1),
      say`a virtual server for every port must be persistent; keepalived makes it so, for 360 seconds`,
      {
        fixes: intoBlock(directive, 'persistence_timeout 360', say`Add "persistence_timeout 360"`),
      },
    )
  }
  const text = granularity?.words[1]?.text
  if (granularity !== undefined && text !== undefined && !group) {
    const of = family ?? (text.includes('.') ? 4 : 6)
    const length = granularityLength(text, of)
    const mask = shortAddressOf(text)
    if (length === undefined && of === 4 && mask !== undefined) {
      const fixes = /^([1-9]|[12]\d|3[0-2])$/.test(text)
        ? rewriting(granularity, 1, dottedMask(Number(text)))
        : []
      report(
        'PERSIST-MASK',
        wordAt(granularity, 1),
        say`${text} is read as the mask ${mask}, whose ones do not stand together at its begin, so clients are joined that have nothing to do with each other`,
        { severity: 'error', fixes },
      )
    } else if (length === undefined) {
      report(
        'PERSIST-MASK',
        wordAt(granularity, 1),
        of === 4
          ? say`"${text}" is no dotted mask, such as 255.255.255.0; keepalived goes on without`
          : say`"${text}" is no prefix length from 1 to 128; keepalived goes on without`,
        { severity: 'error' },
      )
    }
  }
  const line = setting(directive, 'persistence_engine')
  if (line !== undefined && engine !== 'sip') {
    report(
      'PE-SIP',
      wordAt(line, 1),
      say`the kernel has no persistence engine "${engine ?? ''}"; sip is the only one`,
      { severity: 'error' },
    )
  } else if (line !== undefined && protocol === 'tcp') {
    report(
      'PE-SIP',
      lineOf(line),
      say`the engine sip reads datagrams of SIP over UDP; on TCP nothing is persistent through it`,
      { severity: 'warning' },
    )
  }
}

function checkWeights(service: KeepalivedService, report: KeepalivedReport): void {
  const { directive, realServers, quorum, hysteresis, title } = service
  const quorumLine = setting(directive, 'quorum')
  const hysteresisLine = setting(directive, 'hysteresis')
  for (const realServer of realServers) checkThresholds(realServer, report)
  // What the weights come to is not known where something was not looked at.
  if (!isWhole(directive)) return
  if (realServers.length === 0) {
    report(
      'NORS',
      wordAt(directive),
      say`virtual server ${title} has no real server, so keepalived leaves it out`,
      { severity: 'error' },
    )
  } else if (realServers.every(({ weight }) => weight === 0)) {
    report(
      'NORS',
      wordAt(directive),
      say`every real server of ${title} has weight 0, so no new connection is taken`,
      { severity: 'error' },
    )
  }
  const total = realServers.reduce((sum, { weight }) => sum + weight, 0)
  if (quorumLine !== undefined && realServers.length > 0 && quorum > total) {
    report(
      'QUORUM',
      lineOf(quorumLine),
      say`a quorum of ${quorum} is above the weight of all real servers, ${total}; keepalived lowers it to that`,
    )
  }
  if (hysteresisLine !== undefined && hysteresis >= Math.min(quorum, Math.max(total, 1))) {
    report(
      'QUORUM',
      lineOf(hysteresisLine),
      say`a hysteresis of ${hysteresis} is not below the quorum of ${quorum}; keepalived lowers it`,
    )
  }
}

function checkThresholds({ directive, upper, lower }: KeepalivedRealServer, report: KeepalivedReport): void {
  const line = setting(directive, 'lthreshold')
  if (line === undefined || lower <= upper || (upper === 0 && !directive.whole)) return
  const what = upper === 0 ? say`without an upper one` : say`above the upper one of ${upper}`
  report(
    'THRESH',
    lineOf(line),
    say`a lower threshold of ${lower} ${what}: the kernel refuses the real server, and "keepalived -t" says nothing`,
    {
      fixes: withoutLine(line, say`Take it out; it is then three quarters of the upper one`),
    },
  )
}

function checkSorry(
  { directive, sorryServer, realServers, family }: KeepalivedService,
  report: KeepalivedReport,
): void {
  const lines = directive.children ?? []
  const at = lines.findIndex(({ name }) => name === 'sorry_server')
  for (const [index, line] of lines.entries()) {
    if (line.name !== 'sorry_server_inhibit' && line.name !== 'sorry_server_lvs_method') continue
    if (at < 0 ? directive.whole : index < at) {
      report(
        'KA-SORRY',
        lineOf(line),
        say`${line.name} must stand below sorry_server; keepalived goes on without`,
      )
    }
  }
  if (sorryServer?.address === undefined) return
  if (sorryServer.method !== 'tun' && family !== undefined && familyOf(sorryServer.address) !== family) {
    report(
      'TUN-FAM',
      wordAt(sorryServer.directive, 1),
      say`the sorry server is of IPv${familyOf(sorryServer.address)} and the virtual server of IPv${family}; keepalived leaves it out`,
    )
  }
  const same = realServers.find(
    ({ address, port }) => address === sorryServer.address && port === sorryServer.port,
  )
  if (same === undefined || !directive.whole || !same.directive.whole) return
  const inhibited =
    setting(same.directive, 'inhibit_on_failure') !== undefined ||
    setting(directive, 'inhibit_on_failure') !== undefined
  if (inhibited !== (setting(directive, 'sorry_server_inhibit') !== undefined)) {
    report(
      'KA-SORRY',
      wordAt(sorryServer.directive, 1),
      say`the sorry server is one of the real servers, and only one of the two has inhibit_on_failure; keepalived goes by the real server`,
    )
  }
}
