import { say } from '../../speech/say.js'
import { lacks } from '../../formats/keepalived/whole.js'
import { addressOf } from '../../formats/keepalived/address-word.js'
import { setting, wholeOf } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration, NamedBlock } from '../../formats/keepalived/configuration.js'
import type { KeepalivedRealServer } from '../../formats/keepalived/real-server.js'
import type { KeepalivedService } from '../../formats/keepalived/virtual-server.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { addressKind, familyOf } from '../../topology/address.js'
import { lineOf, rewriting, withoutLine, wordAt } from './report.js'
import { orderOf, standsBelow } from './order.js'
import type { StandsBelow } from './order.js'
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

/** The port a real server really has: only NAT can change it (check_data.c `check_check_script_security` and kin). */
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
    const joined = /^\[?(.+?)\]?:(\d+)$/.exec(word.text)
    const apart = addressOf(joined?.[1] ?? '')
    if (apart !== undefined && joined !== null) {
      report(
        'KA-ADDRESS',
        wordAt(directive, 1),
        say`address and port stand apart in keepalived.conf; keepalived leaves the real server out`,
        {
          fixes: rewriting(directive, 1, `${apart} ${joined[2] ?? ''}`),
        },
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

const MD5 = /^[0-9a-f]{32}$/i

interface Tracked extends Pick<KeepalivedConfiguration, 'named'> {
  readonly below: StandsBelow
  /** Whether these are all that there may be. */
  readonly whole: boolean
}

function checkChecker(
  checker: Directive,
  realServer: KeepalivedRealServer,
  tracked: Tracked,
  report: KeepalivedReport,
): void {
  checkConnection(checker, realServer, report)
  switch (checker.name) {
    case 'HTTP_GET':
    case 'SSL_GET': {
      const urls = (checker.children ?? []).filter(({ name }) => name === 'url')
      if (lacks(checker, 'url'))
        report(
          'KA-CHECKER',
          wordAt(checker),
          say`${checker.name} asks for nothing: it has no url, and keepalived leaves it out`,
        )
      for (const url of urls) checkUrl(url, report)
      break
    }
    case 'SMTP_CHECK':
      for (const host of checker.children ?? [])
        if (host.name === 'host') checkConnection(host, realServer, report)
      break
    case 'MISC_CHECK':
      if (lacks(checker, 'misc_path'))
        report(
          'KA-CHECKER',
          wordAt(checker),
          say`MISC_CHECK runs nothing: it has no misc_path, and keepalived leaves it out`,
        )
      break
    case 'FILE_CHECK':
      checkGoesBy(
        checker,
        ['track_file', 'track_file'],
        say`FILE_CHECK goes by no file: it has no track_file, and keepalived leaves it out`,
        tracked,
        report,
      )
      break
    case 'BFD_CHECK':
      checkGoesBy(
        checker,
        ['name', 'bfd_instance'],
        say`BFD_CHECK goes by no session: it has no name, and keepalived leaves it out`,
        tracked,
        report,
      )
      break
    case 'DNS_CHECK': {
      const name = setting(checker, 'name')
      if (name?.words[1]?.text.includes('..') === true)
        report('KA-CHECKER', wordAt(name, 1), say`a name with nothing between two dots is none`)
      break
    }
    case 'UDP_CHECK':
      checkReplyLengths(checker, report)
      for (const line of checker.children ?? []) {
        if (line.name !== 'payload' && line.name !== 'require_reply') continue
        const wild = line.name === 'require_reply' ? /^[0-9a-fx]+$/i : /^[0-9a-f]+$/i
        const wrong = line.words.findIndex(
          ({ text }, index) =>
            index > 0 && !text.split(/\s+/).every((part) => part === '' || wild.test(part)),
        )
        if (wrong > 0) report('KA-CHECKER', wordAt(line, wrong), say`${line.name} takes bytes in hexadecimal`)
      }
      break
  }
}

/** A checker that goes by a block elsewhere names it with this key, and the block must be there, above. */
function checkGoesBy(
  checker: Directive,
  [key, kind]: readonly [key: string, kind: NamedBlock],
  byNothing: string,
  { named, whole, below }: Tracked,
  report: KeepalivedReport,
): void {
  const line = setting(checker, key)
  const name = line?.words[1]?.text ?? ''
  if (line === undefined) {
    if (checker.whole) report('KA-CHECKER', wordAt(checker), byNothing)
  } else if (!named[kind].has(name)) {
    if (whole) report('KA-TRACK', wordAt(line, 1), say`there is no ${kind} ${name}`)
  } else if (below(line, kind, name)) report('KA-TRACK', wordAt(line, 1), standsBelow(kind, name))
}

/** The longest reply that counts where nothing is said (check_udp.c). */
const LONGEST_REPLY = 255

function checkReplyLengths(checker: Directive, report: KeepalivedReport): void {
  const line = setting(checker, 'min_reply_length')
  const least = wholeOf(line)
  const most = wholeOf(setting(checker, 'max_reply_length')) ?? LONGEST_REPLY
  if (line === undefined || least === undefined || least <= most) return
  if (!checker.whole && setting(checker, 'max_reply_length') === undefined) return
  report(
    'KA-CHECKER',
    lineOf(line),
    say`a reply of at least ${least} bytes is longer than the longest that counts, ${most}: this check always fails`,
  )
}

function checkUrl(url: Directive, report: KeepalivedReport): void {
  if (lacks(url, 'path')) report('KA-CHECKER', wordAt(url), say`a url without a path is left out`)
  const digests = new Set<string>()
  for (const line of url.children ?? []) {
    switch (line.name) {
      case 'digest': {
        const text = line.words[1]?.text ?? ''
        if (digests.has(text))
          report('KA-CHECKER', lineOf(line), say`the same digest stands above`, {
            fixes: withoutLine(line, say`Take it out`),
          })
        digests.add(text)
        if (!MD5.test(text) && !text.includes('$'))
          report(
            'KA-CHECKER',
            wordAt(line, 1),
            say`"${text}" is no MD5 sum: 32 hexadecimal digits are wanted, as genhash prints them`,
          )
        break
      }
      case 'status_code':
        for (let at = 1; at < line.words.length; at++) {
          const text = line.words[at]?.text ?? ''
          const match = /^(\d+)(?:-(\d+))?$/.exec(text)
          const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])]
          if (!(low >= 100 && high <= 999 && low <= high) && !text.includes('$')) {
            report(
              'KA-CHECKER',
              wordAt(line, at),
              say`"${text}" is no status code of HTTP, and no range of them`,
            )
          }
        }
        break
      case 'regex_min_offset': {
        const [least, most] = [wholeOf(line), wholeOf(setting(url, 'regex_max_offset'))]
        if (least !== undefined && most !== undefined && least > most)
          report(
            'KA-CHECKER',
            lineOf(line),
            say`the search begins at ${least}, behind where a match may begin (${most})`,
          )
        break
      }
    }
  }
}

function checkConnection(
  checker: Directive,
  { address }: KeepalivedRealServer,
  report: KeepalivedReport,
): void {
  const connect = setting(checker, 'connect_ip')
  const bind = setting(checker, 'bindto')
  const from = bind === undefined ? undefined : addressOf(bind.words[1]?.text ?? '')
  const to = (connect === undefined ? undefined : addressOf(connect.words[1]?.text ?? '')) ?? address
  if (bind !== undefined && from !== undefined && to !== undefined && familyOf(from) !== familyOf(to)) {
    report(
      'KA-CHECKER',
      wordAt(bind, 1),
      say`the check comes from IPv${familyOf(from)} and goes to IPv${familyOf(to)}`,
    )
  }
  if (
    to !== undefined &&
    addressKind(to) === 'link-local' &&
    familyOf(to) === 6 &&
    lacks(checker, 'bind_if')
  ) {
    report(
      'KA-CHECKER',
      connect === undefined ? wordAt(checker) : wordAt(connect, 1),
      say`the check goes to the link-local address ${to}, and bind_if does not say on which interface`,
    )
  }
}
