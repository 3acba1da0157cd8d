import { say } from '../../speech/say.js'
import { lacks } from '../../formats/keepalived/whole.js'
import { addressOf } from '../../formats/keepalived/address-word.js'
import { setting, wholeOf } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration, NamedBlock } from '../../formats/keepalived/configuration.js'
import type { KeepalivedRealServer } from '../../formats/keepalived/real-server.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { addressKind, familyOf } from '../../topology/address.js'
import { lineOf, withoutLine, wordAt } from './report.js'
import { standsBelow } from './order.js'
import type { StandsBelow } from './order.js'
import type { KeepalivedReport } from './report.js'

/** What checkers go by that stands elsewhere. */
export interface Tracked extends Pick<KeepalivedConfiguration, 'named'> {
  readonly below: StandsBelow
  /** Whether these are all that there may be. */
  readonly whole: boolean
}

/** What is wrong with one checker of a real server. */
export function checkChecker(
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

const MD5 = /^[0-9a-f]{32}$/i

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
