import { block, statement } from '../../formats/keepalived/writing.js'
import type { Statement } from '../../formats/keepalived/writing.js'
import type { Health } from '../../topology/types.js'

/** Seconds between two checks where the drawing does not say. */
export const CHECK_INTERVAL = 5
/** Seconds until a check has failed where the drawing does not say, as keepalived itself has it. */
const CHECK_TIMEOUT = 5

/** The check of a real server (check_tcp.c, check_http.c, …); none where the drawing asks for none that can be written. */
export function checkers(health: Health | undefined, scriptUser: string): Statement[] {
  if (health?.type === undefined) return []
  const { port, timeout = CHECK_TIMEOUT } = health
  const connection = [
    ...(port === undefined ? [] : [statement('connect_port', port)]),
    statement('connect_timeout', timeout),
    ...repeating(health),
  ]
  switch (health.type) {
    case 'tcp':
      return [block(['TCP_CHECK'], connection)]
    case 'ping':
      return [block(['PING_CHECK'], [statement('connect_timeout', timeout), ...repeating(health)])]
    case 'http':
    case 'https':
      return [webCheck(health, connection)]
    case 'smtp':
      return [block(['SMTP_CHECK'], [...connection, ...withValue('helo_name', health.helo)])]
    case 'dns':
      return [
        block(
          ['DNS_CHECK'],
          [...connection, ...withValue('type', health.record), ...withValue('name', health.name)],
        ),
      ]
    case 'udp':
      return [
        block(
          ['UDP_CHECK'],
          [...connection, ...withValue('payload', health.send), ...withValue('require_reply', health.expect)],
        ),
      ]
    case 'script':
      return health.command === undefined ? [] : [scriptCheck(health, health.command, scriptUser)]
  }
}

function webCheck(health: Health, connection: readonly Statement[]): Statement {
  const { type, path = '/', status, host } = health
  const url = [
    statement('path', path),
    ...withValue('virtualhost', host),
    ...(status.length === 0 ? [] : [statement('status_code', ...status)]),
  ]
  const tls = type === 'https'
  return block(
    [tls ? 'SSL_GET' : 'HTTP_GET'],
    [...connection, ...(tls && host !== undefined ? [statement('enable_sni')] : []), block(['url'], url)],
  )
}

function scriptCheck(health: Health, command: string, user: string): Statement {
  const { timeout, interval = CHECK_INTERVAL } = health
  return block(
    ['MISC_CHECK'],
    [
      statement('misc_path', { quoted: command }),
      // One that hangs must not be asked for longer than until the next is due.
      statement('misc_timeout', timeout ?? interval),
      statement('user', user),
      ...repeating(health),
    ],
  )
}

function repeating({ retries, retryDelay }: Health): Statement[] {
  return [
    ...(retries === undefined ? [] : [statement('retry', retries)]),
    ...(retryDelay === undefined ? [] : [statement('delay_before_retry', retryDelay)]),
  ]
}

function withValue(keyword: string, value: string | undefined): Statement[] {
  return value === undefined ? [] : [statement(keyword, value)]
}
