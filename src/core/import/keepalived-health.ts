import { isOff, setting, valueOf, wholeOf } from '../formats/keepalived/settings.js'
import type { Directive } from '../formats/keepalived/tree.js'
import type { KeepalivedService } from '../formats/keepalived/virtual-server.js'
import { SCRIPT_COMMAND } from '../topology/names.js'
import { DNS_RECORDS } from '../topology/types.js'
import type { Health, HealthType } from '../topology/types.js'
import type { FoundHealth } from './found.js'

const TYPES: ReadonlyMap<string, HealthType> = new Map([
  ['TCP_CHECK', 'tcp'],
  ['HTTP_GET', 'http'],
  ['SSL_GET', 'https'],
  ['SMTP_CHECK', 'smtp'],
  ['DNS_CHECK', 'dns'],
  ['UDP_CHECK', 'udp'],
  ['PING_CHECK', 'ping'],
  ['MISC_CHECK', 'script'],
])

/** What a topology says of every type of check, and of some. */
const OF_EVERY = ['connect_timeout', 'retry', 'delay_before_retry', 'delay_loop', 'alpha'] as const
const OF_TYPE: Readonly<Record<HealthType, readonly string[]>> = {
  tcp: ['connect_port'],
  http: ['connect_port', 'url', 'virtualhost'],
  https: ['connect_port', 'url', 'virtualhost', 'enable_sni'],
  smtp: ['connect_port', 'helo_name'],
  dns: ['connect_port', 'type', 'name'],
  udp: ['connect_port', 'payload', 'require_reply'],
  ping: [],
  script: ['misc_path', 'misc_timeout', 'user'],
}
const OF_URL = ['path', 'virtualhost', 'status_code']
/** Seconds between two checks where nothing is said (KEEPALIVED_DEFAULT_DELAY), which a drawing has otherwise. */
const USUAL_DELAY_LOOP = 60

/** How the real servers of a virtual server are checked, as far as a topology has words for it. */
export interface ReadHealth {
  /** The check that most of them have; undefined: a topology has none like it, or they are not checked. */
  readonly health: FoundHealth | undefined
  /** What of their checks a topology has no words for. */
  readonly unsaid: readonly string[]
  /** Real servers that are not checked as the drawing has it. */
  readonly otherwise: readonly CheckedOtherwise[]
}

export interface CheckedOtherwise {
  /** The first of them. */
  readonly at: Directive
  readonly message: string
}

/** One real server, with its checks. */
interface Checked {
  readonly realServer: Directive
  readonly title: string
  /** By their keywords. */
  readonly names: readonly string[]
  /** The first that a topology has. */
  readonly checker: string | undefined
  readonly health: FoundHealth | undefined
  readonly unsaid: readonly string[]
}

/** `scriptUser`: whom scripts of checks run as that do not say it. */
export function healthOf(
  { directive, realServers }: KeepalivedService,
  scriptUser: string | undefined,
): ReadHealth {
  // Of several the last; a service has few, beside thousands of real servers.
  const ofService = new Map((directive.children ?? []).map((child) => [child.name, child]))
  const checked = realServers.map((each) => checksOf(each.directive, ofService, scriptUser))
  const drawn = mostUsed(checked)
  const alike = new Map<string, { readonly how: Otherwise; readonly first: Checked; count: number }>()
  for (const each of checked) {
    const how = otherwiseIn(each, drawn?.health)
    if (how === undefined) continue
    const key = [how, ...each.names].join(' ')
    const known = alike.get(key)
    if (known === undefined) alike.set(key, { how, first: each, count: 1 })
    else known.count += 1
  }
  return {
    health: drawn?.health,
    unsaid: [...new Set(checked.flatMap(({ unsaid }) => unsaid))],
    otherwise: [...alike.values()].map(({ how, first, count }) =>
      tellOtherwise(how, first, count - 1, drawn),
    ),
  }
}

type Otherwise = 'several' | 'unknown' | 'other' | 'none'

function otherwiseIn({ names, health }: Checked, drawn: FoundHealth | undefined): Otherwise | undefined {
  if (names.length > 1) return 'several'
  if (names.length === 0) return drawn === undefined ? undefined : 'none'
  if (health === undefined) return 'unknown'
  return textOf(health) === textOf(drawn) ? undefined : 'other'
}

function tellOtherwise(
  how: Otherwise,
  first: Checked,
  more: number,
  drawn: Checked | undefined,
): CheckedOtherwise {
  const who = `real server ${first.title}${more === 0 ? '' : ` and ${more} more`}`
  const names = first.names.join(' and ')
  const here = {
    several: `must pass ${names}, each of them`,
    unknown: `checked by ${names}, which a topology has not`,
    other: `checked by ${first.checker ?? ''} in a way of its own`,
    none: 'not checked',
  }[how]
  const then =
    drawn === undefined
      ? 'in the drawing nothing checks it'
      : `a topology has one check for a service, here ${drawn.checker ?? ''}, and takes out whoever fails it`
  return { at: first.realServer, message: `${who}: ${here}; ${then}` }
}

/** Of two that are as frequent, the one that stands first. */
function mostUsed(checked: readonly Checked[]): Checked | undefined {
  const counts = new Map<string, number>()
  const count = ({ health }: Checked) => counts.get(textOf(health)) ?? 0
  for (const each of checked) counts.set(textOf(each.health), count(each) + 1)
  let most: Checked | undefined
  for (const each of checked) {
    if (each.health !== undefined && (most === undefined || count(each) > count(most))) most = each
  }
  return most
}

function textOf(health: FoundHealth | undefined): string {
  return health === undefined ? '' : JSON.stringify(health)
}

const CHECKERS: ReadonlySet<string> = new Set([...TYPES.keys(), 'FILE_CHECK', 'BFD_CHECK'])

function checksOf(
  realServer: Directive,
  ofService: ReadonlyMap<string, Directive>,
  scriptUser: string | undefined,
): Checked {
  const checkers = (realServer.children ?? []).filter(({ name }) => CHECKERS.has(name))
  const checker = checkers.find(({ name }) => TYPES.has(name))
  const type = TYPES.get(checker?.name ?? '')
  const read =
    checker === undefined || type === undefined
      ? undefined
      : readHealth(type, checker, (name) => setting(realServer, name) ?? ofService.get(name), scriptUser)
  return {
    realServer,
    title: realServer.words
      .slice(1, 3)
      .map(({ text }) => text)
      .join(' '),
    names: checkers.map(({ name }) => name),
    checker: checker?.name,
    health: read?.health,
    unsaid: read?.unsaid ?? [],
  }
}

/** `around`: what keepalived takes where a check does not say it itself. */
function readHealth(
  type: HealthType,
  checker: Directive,
  around: (name: string) => Directive | undefined,
  scriptUser: string | undefined,
): { readonly health: FoundHealth; readonly unsaid: readonly string[] } {
  const unsaid: string[] = []
  const said = <T>(of: Directive | undefined, value: T | undefined): T | undefined => {
    if (of !== undefined && value === undefined) unsaid.push(numbered(of))
    return value
  }
  const own = (name: string) => setting(checker, name)
  const anywhere = (name: string) => own(name) ?? around(name)
  const delay = anywhere('delay_loop')
  const interval = roundOf(delay, 86_400)
  if (delay !== undefined && interval !== Number(valueOf(delay))) unsaid.push(numbered(delay))
  const timeout = type === 'script' ? own('misc_timeout') : anywhere('connect_timeout')
  const [retries, retryDelay, port] = [anywhere('retry'), anywhere('delay_before_retry'), own('connect_port')]
  const known: ReadonlySet<string> = new Set([...OF_EVERY, ...OF_TYPE[type]])
  for (const child of checker.children ?? [])
    if (!known.has(child.name) && !isOff(child)) unsaid.push(child.name)
  const alpha = anywhere('alpha')
  const shared = {
    type,
    interval: interval ?? USUAL_DELAY_LOOP,
    timeout: said(timeout, wholeOf(timeout, 1, 3600)),
    retries: said(retries, wholeOf(retries, 1, 100)),
    retryDelay: said(retryDelay, wholeOf(retryDelay, 1, 3600)),
    port: type === 'ping' || type === 'script' ? undefined : said(port, wholeOf(port, 1, 65_535)),
    startsDown: alpha !== undefined && !isOff(alpha),
  }
  if (type === 'script' && !runsAs(own('user'), scriptUser)) unsaid.push('user')
  const host = type === 'http' || type === 'https' ? anywhere('virtualhost') : undefined
  return { health: { ...shared, ...ofType(type, checker, host, said, unsaid) }, unsaid: [...new Set(unsaid)] }
}

/** One user for all scripts, and no group; never root in what is made of a drawing. */
function runsAs(user: Directive | undefined, scriptUser: string | undefined): boolean {
  return (
    user === undefined || (user.words.length === 2 && valueOf(user) === scriptUser && scriptUser !== 'root')
  )
}

/** A number that a topology cannot say is named; what else stands there may be long, or not for everybody. */
function numbered(directive: Directive): string {
  const value = valueOf(directive)
  return value !== undefined && /^[\d.]{1,12}$/.test(value) ? `${directive.name} ${value}` : directive.name
}

type Said = <T>(of: Directive | undefined, value: T | undefined) => T | undefined

function ofType(
  type: HealthType,
  checker: Directive,
  hostAround: Directive | undefined,
  said: Said,
  unsaid: string[],
): Partial<Health> {
  const own = (name: string) => setting(checker, name)
  switch (type) {
    case 'http':
    case 'https': {
      const url = own('url')
      for (const { name } of url?.children ?? []) if (!OF_URL.includes(name)) unsaid.push(name)
      if ((checker.children ?? []).filter(({ name }) => name === 'url').length > 1) unsaid.push('url')
      const host = (url === undefined ? undefined : setting(url, 'virtualhost')) ?? hostAround
      // A host is also the name in the handshake, of what is made of a drawing.
      const sni = own('enable_sni')
      if (type === 'https' && host !== undefined && (sni === undefined || isOff(sni)))
        unsaid.push('SSL_GET with a virtualhost and without enable_sni')
      const codes = url === undefined ? undefined : setting(url, 'status_code')
      return {
        path: url === undefined ? undefined : valueOf(setting(url, 'path')),
        host: said(host, fitting(host, /^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/)),
        status: said(codes, statusOf(codes)) ?? [],
      }
    }
    case 'smtp': {
      const helo = own('helo_name')
      return { helo: said(helo, fitting(helo, /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/)) }
    }
    case 'dns': {
      const [name, record] = [own('name'), own('type')]
      return {
        name: said(name, fitting(name, /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$/)),
        record: said(
          record,
          DNS_RECORDS.find((known) => known === valueOf(record)?.toUpperCase()),
        ),
      }
    }
    case 'udp': {
      const [send, expect] = [own('payload'), own('require_reply')]
      return { send: said(send, bytesOf(send)), expect: said(expect, bytesOf(expect)) }
    }
    case 'script': {
      const command = own('misc_path')
      return { command: said(command, fitting(command, SCRIPT_COMMAND)) }
    }
    case 'tcp':
    case 'ping':
      return {}
  }
}

/** A value that the language has words for; others are to be filled in. */
function fitting(directive: Directive | undefined, pattern: RegExp): string | undefined {
  const text = valueOf(directive)
  return text !== undefined && pattern.test(text) ? text : undefined
}

/** All of them, or none: a part of them would be another check. */
function statusOf(directive: Directive | undefined): string[] | undefined {
  const codes = directive?.words.slice(1).map(({ text }) => text)
  const right = codes?.every((code) => {
    const [, from, to] = /^([1-9]\d{2})(?:-([1-9]\d{2}))?$/.exec(code) ?? []
    return from !== undefined && Number(to ?? from) >= Number(from)
  })
  return right === true ? codes : undefined
}

/** Bytes may stand in several words. */
function bytesOf(directive: Directive | undefined): string | undefined {
  const text = directive?.words
    .slice(1)
    .map((word) => word.text.replaceAll(' ', ''))
    .join('')
  return text !== undefined && /^([0-9a-f]{2}){1,255}$/i.test(text) ? text : undefined
}

/** Whole seconds, as a topology has them. */
function roundOf(directive: Directive | undefined, most: number): number | undefined {
  const seconds = Number(valueOf(directive))
  return seconds > 0 ? Math.min(most, Math.max(1, Math.round(seconds))) : undefined
}
