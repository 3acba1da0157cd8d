import { targetText } from '../../hosts/needs.js'
import { ALLOWED, IPVSADM_OPTIONS, OPTIONS } from '../../formats/ipvsadm/options.js'
import type { IpvsadmOption } from '../../formats/ipvsadm/options.js'
import { readInvocation } from '../../formats/ipvsadm/invocation.js'
import type { Given, Invocation } from '../../formats/ipvsadm/invocation.js'
import { readRules } from '../../formats/ipvsadm/rules.js'
import type { ServiceTarget } from '../../formats/ipvs-table.js'
import { said } from '../../speech/say.js'
import { withPort } from '../../topology/address.js'
import type { Span } from '../../topology/position.js'
import { SCHEDULERS, SCHEDULER_FLAGS } from '../../topology/types.js'
import { meaningOf } from '../word-meaning.js'
import { snippetText } from './file-language.js'
import type { FileCompletion, FileHover, FileLanguage } from './file-language.js'

/** Rules of ipvsadm as an editor sees them: each service with its real servers, and what options mean. */
export function ipvsadmLanguage(text: string): FileLanguage {
  return {
    hoverAt: (offset) => hoverAt(text, offset),
    completeAt: (offset) => completeAt(text, offset),
    symbols: () =>
      readRules(text).services.map(({ target, scheduler, span, destinations }) => {
        const last = destinations.at(-1)?.span.end ?? span.end
        return {
          kind: 'service',
          name: targetText(target),
          detail: scheduler,
          whole: { start: span.start, end: Math.max(last, span.end) },
          key: span,
          children: destinations.flatMap(({ address, port, method, span: own }) =>
            own.start < span.start
              ? []
              : [
                  {
                    kind: 'real-server' as const,
                    name: withPort(address, port),
                    detail: method,
                    whole: own,
                    key: own,
                    children: [],
                  },
                ],
          ),
        }
      }),
    format: undefined,
    definitionsAt: () => [],
    referencesAt: () => [],
  }
}

function lineAround(text: string, offset: number): Span {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  return { start, end: end < 0 ? text.length : end }
}

/** What is wrong with a line is said elsewhere. */
const IN_SILENCE = (): void => undefined

function readLine(text: string, { start, end }: Span): Invocation | undefined {
  return readInvocation(text, start, end, IN_SILENCE)
}

function hoverAt(text: string, offset: number): FileHover | undefined {
  const line = readLine(text, lineAround(text, offset))
  if (line === undefined) return undefined
  const given = [...(line.command === undefined ? [] : [line.command]), ...line.options.values()]
  for (const each of given) {
    const { span, value } = each
    if (holds(span, offset)) return hoverOf(each, span)
    if (value !== undefined && holds(value.span, offset)) return hoverOf(each, value.span)
  }
  return undefined
}

function holds({ start, end }: Span, offset: number): boolean {
  return offset >= start && offset <= end
}

function hoverOf({ name, value }: Given, span: Span): FileHover | undefined {
  const option = IPVSADM_OPTIONS.find((each) => each.name === name)
  if (option === undefined) return undefined
  const word = name === 's' && value !== undefined ? schedulerMeaning(value.text) : undefined
  return { markdown: [markdownOf(option), ...(word === undefined ? [] : [word])].join('\n\n'), span }
}

function markdownOf({ name, long, argument, meaning }: IpvsadmOption): string {
  const ways = name === long ? `--${long}` : `-${name}, --${long}`
  return `\`\`\`\n${ways}${argument === '' ? '' : ` ${argument}`}\n\`\`\`\n\n${said(meaning)}`
}

function schedulerMeaning(name: string): string | undefined {
  return meaningOf('services/:/scheduler', ['scheduler'], name)
}

function completeAt(text: string, offset: number): FileCompletion[] {
  const { start, end } = lineAround(text, offset)
  let from = offset
  while (from > start && /\S/.test(text.charAt(from - 1))) from--
  const span = { start: from, end: offset }
  const before = text.slice(start, from)
  if (before.includes('#')) return []
  const option = OPTIONS.get(/(\S+)\s*$/.exec(before)?.[1] ?? '')
  const written = text.slice(from, offset)
  if (option !== undefined && option.takes !== 'nothing' && !written.startsWith('-')) {
    const values = valuesOf(option, readLine(text, { start, end }), text)
    if (option.takes !== 'number-if-any') return values.map((value) => ({ ...value, span }))
  }
  const given = readLine(text, { start, end: from })
  return IPVSADM_OPTIONS.filter((each) => goesOn(each, given)).map((each) => ({
    label: each.name === each.long ? `--${each.long}` : `-${each.name}`,
    kind: 'key',
    detail: each.name === each.long ? each.argument : `--${each.long} ${each.argument}`.trimEnd(),
    documentation: markdownOf(each),
    insert: `${each.name === each.long ? `--${each.long}` : `-${each.name}`}${each.takes === 'nothing' ? '' : ' '}`,
    span,
  }))
}

/** Of these a rule has one. */
const ONE_OF: readonly (readonly string[])[] = [
  ['t', 'u', 'sctp-service', 'f'],
  ['m', 'i', 'g'],
  ['tun-nocsum', 'tun-csum', 'tun-remcsum'],
]

/** Whether an option may follow what stands on the line. */
function goesOn({ name, command }: IpvsadmOption, line: Invocation | undefined): boolean {
  if (line?.command === undefined) return command
  if (ALLOWED.get(line.command.name)?.has(name) !== true) return false
  const beside = ONE_OF.find((group) => group.includes(name)) ?? [name]
  return !beside.some((each) => line.options.has(each))
}

type Value = Omit<FileCompletion, 'span'>

function valuesOf({ name, argument }: IpvsadmOption, line: Invocation | undefined, text: string): Value[] {
  switch (name) {
    case 's':
      return SCHEDULERS.map((label) => valued(label, schedulerMeaning(label)))
    case 'b':
      return SCHEDULER_FLAGS.map((label) => valued(label))
    case 't':
    case 'u':
    case 'sctp-service':
    case 'f':
      // A service is there before it is changed, or gets real servers.
      return line?.command?.name === 'A'
        ? []
        : [...new Set(readRules(text).services.flatMap(({ target }) => valueOfTarget(target, name)))].map(
            (label) => valued(label),
          )
    case 'pe':
    case 'tun-type':
    case 'start-daemon':
    case 'stop-daemon':
      return argument.split('|').map((label) => valued(label))
    default:
      return []
  }
}

const PROTOCOL_OPTION = { tcp: 't', udp: 'u', sctp: 'sctp-service' } as const

function valueOfTarget(target: ServiceTarget, option: string): string[] {
  if (target.kind === 'mark') return option === 'f' ? [String(target.mark)] : []
  return PROTOCOL_OPTION[target.protocol] === option ? [withPort(target.address, target.port)] : []
}

function valued(label: string, documentation = ''): Value {
  return { label, kind: 'value', detail: '', documentation, insert: snippetText(label) }
}
