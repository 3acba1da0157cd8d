import { say } from '../../core/speech/say.js'
import type { Setting } from './config-lookup.js'
import { expandTokens } from './config-tokens.js'
import type { Endpoint } from './endpoint.js'
import { SshFailure } from './failure.js'

/** One hop of a ProxyJump: `[user@]host[:port]`, or `ssh://` in front of it (ssh_config(5)). */
export interface JumpRequest {
  alias: string
  user?: string
  port?: number
}

/** As many hops as anybody has; what is above is a mistake or a trap. */
const MOST_JUMPS = 8

export interface JumpQuestion {
  host: string
  here: { alias: string; hostName: string; port: number; user: string; via: readonly string[] }
  /** What the list this hop stands in says; beats the configuration, as `ssh -J a b` does. */
  requested: readonly JumpRequest[] | undefined
  configured: Setting | undefined
  /** What the topology says, where the configuration says nothing. */
  drawn: string | undefined
  tokens: Readonly<Record<string, string>>
  /** Resolves a hop that is reached through `rest`. */
  resolve: (jump: JumpRequest, rest: readonly JumpRequest[], via: readonly string[]) => Endpoint
}

/**
 * The hosts on the way, the nearest first. The last of a list is reached through the ones before it; the first goes by
 * its own configuration, which may name a jump in turn.
 *
 * @throws SshFailure `jump-unsupported` (not to be read, too many, a circle)
 */
export function resolveJumps(question: JumpQuestion): Endpoint[] {
  const { host, here } = question
  const where = question.configured
    ? say`ProxyJump at ${question.configured.at.file}:${question.configured.at.line}`
    : say`jump in the topology`
  const fail = (what: string): never => {
    throw new SshFailure(
      'jump-unsupported',
      host,
      say`${host}: ${what} (${where}). Name jump hosts as [user@]host[:port], separated by commas.`,
    )
  }
  const requests = question.requested ?? requestedBy(question, fail)
  const last = requests.at(-1)
  if (last === undefined) return []
  const self = `${here.user}@${here.alias}:${here.port}`
  if (here.via.includes(self)) fail(say`the jump hosts go in a circle: ${[...here.via, self].join(' → ')}`)
  if (here.via.length >= MOST_JUMPS || requests.length > MOST_JUMPS)
    fail(say`more than ${MOST_JUMPS} jump hosts`)
  const endpoint = question.resolve(last, requests.slice(0, -1), [...here.via, self])
  return [...endpoint.jumps, { ...endpoint, jumps: [] }]
}

function requestedBy(question: JumpQuestion, fail: (what: string) => never): JumpRequest[] {
  const text = question.configured ? question.configured.values.join(',') : question.drawn
  if (text === undefined || text.toLowerCase() === 'none') return []
  const expanded = expandTokens(text, question.tokens)
  if ('problem' in expanded) return fail(`${JSON.stringify(text)}: ${expanded.problem}`)
  return expanded.text
    .split(',')
    .map((word) => parseJump(word.trim()) ?? fail(say`${JSON.stringify(word.trim())} is not a jump host`))
}

/** Reads one hop; undefined if it is none. */
export function parseJump(word: string): JumpRequest | undefined {
  const parts =
    /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([0-9A-Za-z:.%]+)\]|([A-Za-z0-9_.-]+))(?::(\d{1,5}))?\/?$/.exec(word)
  const alias = parts?.[2] ?? parts?.[3]
  if (alias === undefined || alias.startsWith('-')) return undefined
  const port = parts?.[4] === undefined ? undefined : Number(parts[4])
  if (port !== undefined && (port < 1 || port > 65535)) return undefined
  return {
    alias,
    ...(parts?.[1] !== undefined && { user: parts[1] }),
    ...(port !== undefined && { port }),
  }
}
