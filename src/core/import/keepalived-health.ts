import { setting, valueOf, wholeOf } from '../formats/keepalived/settings.js'
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
const OF_EVERY = ['connect_timeout', 'retry', 'delay_before_retry'] as const
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

export interface ReadHealth {
  readonly health: FoundHealth
  /** What of the check a topology has no words for. */
  readonly unsaid: readonly string[]
}

/** How the real servers of a virtual server are checked: as the first that is. Undefined: they are not. */
export function healthOf({ directive, realServers }: KeepalivedService): ReadHealth | undefined {
  for (const realServer of realServers) {
    for (const checker of realServer.directive.children ?? []) {
      const type = TYPES.get(checker.name)
      if (type !== undefined) return readHealth(type, checker, [realServer.directive, directive])
    }
  }
  return undefined
}

/** `around`: where keepalived looks for what a check does not say itself, the nearest first. */
function readHealth(type: HealthType, checker: Directive, around: readonly Directive[]): ReadHealth {
  const unsaid: string[] = []
  const said = <T>(of: Directive | undefined, value: T | undefined): T | undefined => {
    if (of !== undefined && value === undefined) unsaid.push(of.name)
    return value
  }
  const own = (name: string) => setting(checker, name)
  const anywhere = (name: string) => own(name) ?? around.flatMap((block) => setting(block, name) ?? [])[0]
  const interval = anywhere('delay_loop')
  const timeout = type === 'script' ? own('misc_timeout') : anywhere('connect_timeout')
  const [retries, retryDelay, port] = [anywhere('retry'), anywhere('delay_before_retry'), own('connect_port')]
  const known: ReadonlySet<string> = new Set([...OF_EVERY, ...OF_TYPE[type], 'delay_loop'])
  for (const { name } of checker.children ?? []) if (!known.has(name)) unsaid.push(name)
  const shared = {
    type,
    interval: roundOf(interval, 86_400),
    timeout: said(timeout, wholeOf(timeout, 1, 3600)),
    retries: said(retries, wholeOf(retries, 1, 100)),
    retryDelay: said(retryDelay, wholeOf(retryDelay, 1, 3600)),
    port: type === 'ping' || type === 'script' ? undefined : said(port, wholeOf(port, 1, 65_535)),
    startsDown: around.some((block) => setting(block, 'alpha') !== undefined) || own('alpha') !== undefined,
  }
  return { health: { ...shared, ...ofType(type, checker, said, unsaid) }, unsaid: [...new Set(unsaid)] }
}

type Said = <T>(of: Directive | undefined, value: T | undefined) => T | undefined

function ofType(type: HealthType, checker: Directive, said: Said, unsaid: string[]): Partial<Health> {
  const own = (name: string) => setting(checker, name)
  switch (type) {
    case 'http':
    case 'https': {
      const url = own('url')
      for (const { name } of url?.children ?? []) if (!OF_URL.includes(name)) unsaid.push(name)
      if ((checker.children ?? []).filter(({ name }) => name === 'url').length > 1) unsaid.push('url')
      const host = (url === undefined ? undefined : setting(url, 'virtualhost')) ?? own('virtualhost')
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
