import { say, toSay } from '../../speech/say.js'
import {
  boolean,
  defaulted,
  integer,
  matching,
  object,
  oneOf,
  oneOrMany,
  optional,
  required,
} from '../grammar.js'
import type { Grammar } from '../grammar.js'
import { SCRIPT_COMMAND } from '../names.js'
import { DNS_RECORDS, HEALTH_TYPES } from '../types.js'
import { lineOfText, port } from './values.js'

const bytes = matching(/^([0-9A-Fa-f]{2}){1,255}$/, toSay`bytes in hexadecimal, such as 0d0a`)

/** `204`, a number to YAML, or `200-299`. */
const statusCodes: Grammar<string> = {
  schema: {
    anyOf: [
      { type: 'integer', minimum: 100, maximum: 999 },
      { type: 'string', pattern: '^[1-9][0-9]{2}(-[1-9][0-9]{2})?$' },
    ],
  },
  read: (node, path, reading) => {
    const text = reading.text(node, path, () => say`a status code of HTTP, or a range such as 200-299`)
    if (text === undefined) return undefined
    const [, from, to] = /^([1-9]\d{2})(?:-([1-9]\d{2}))?$/.exec(text) ?? []
    if (from !== undefined && Number(to ?? from) >= Number(from)) return text
    reading.report(
      'VALUE-RANGE',
      path,
      'value',
      say`this must be a status code of HTTP from 100 to 999, or a range such as 200-299`,
    )
    return undefined
  },
}

export const health = object({
  type: required(oneOf(HEALTH_TYPES), 'How real servers are checked.'),
  path: optional(lineOfText, 'The path asked for by http and https.'),
  interval: optional(integer(1, 86_400), 'Seconds between two checks; 5 when absent.'),
  timeout: optional(
    integer(1, 3600),
    'Seconds until a connection, or a script, has failed; 5 when absent, of a script the interval.',
  ),
  retries: optional(
    integer(1, 100),
    'How often a failed check is repeated before it counts; 1 when absent, 3 for dns, none for a script.',
  ),
  retryDelay: optional(integer(1, 3600), 'Seconds before a failed check is repeated; 1 when absent.'),
  port: optional(port, 'The port asked at; the real server’s own when absent.'),
  host: optional(
    matching(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, toSay`a host name`),
    'The Host header of http and https; of https also the name in the handshake.',
  ),
  status: defaulted(
    oneOrMany(statusCodes),
    [],
    'Status codes of http and https that are success, such as 204 or 200-299; one, or a list. 200-299 when absent.',
  ),
  name: optional(
    matching(/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$/, toSay`a domain name`),
    'The name a dns check asks for; the root when absent.',
  ),
  record: optional(oneOf(DNS_RECORDS), 'The record a dns check asks for; SOA when absent.'),
  helo: optional(
    matching(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, toSay`a host name`),
    'The name an smtp check says in HELO.',
  ),
  send: optional(bytes, 'What a udp check sends, in hexadecimal; random bytes when absent.'),
  expect: optional(bytes, 'What the reply to a udp check must begin with, in hexadecimal.'),
  command: optional(
    matching(
      SCRIPT_COMMAND,
      toSay`the full path of a program, with plain arguments (letters, digits and _ . / : , = + -)`,
    ),
    'The program of a script check, by its full path, with its arguments; status 0 is success.',
  ),
  startsDown: defaulted(
    boolean,
    false,
    'A real server gets no connections before a check has found it well.',
  ),
})
