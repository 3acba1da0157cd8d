import { join } from 'node:path'
import { say } from '../../core/speech/say.js'

/** What the tokens of ssh_config(5), "TOKENS", stand for. */
export interface Tokens {
  /** `%d`, `~`. */
  home: string
  /** `%h`: the host name after HostName. */
  hostName: string
  /** `%n`: the name that was asked for. */
  original: string
  /** `%p`. */
  port: number
  /** `%r`: the user on the host. */
  remoteUser: string
  /** `%u`: the operator. */
  localUser: string
  /** `%k`: the HostKeyAlias, else the name that was asked for. */
  hostKeyAlias: string
}

export type Expanded = { text: string } | { problem: string }

/** Replaces `%` tokens; one that is not allowed here is a problem, as it is fatal in ssh(1). */
export function expandTokens(text: string, tokens: Readonly<Record<string, string>>): Expanded {
  let problem: string | undefined
  const expanded = text.replace(/%(.?)/gs, (_match, letter: string) => {
    if (letter === '%') return '%'
    const value = Object.hasOwn(tokens, letter) ? tokens[letter] : undefined
    if (value === undefined) problem ??= say`the token %${letter} is not known here`
    return value ?? ''
  })
  return problem === undefined ? { text: expanded } : { problem }
}

/**
 * A file name of IdentityFile, IdentityAgent or UserKnownHostsFile: `~/`, `${VARIABLE}`, tokens. A relative name is
 * taken from the working folder, as in ssh(1), when the file is opened.
 */
export function expandPath(
  text: string,
  tokens: Tokens,
  environment: Readonly<Record<string, string | undefined>>,
): Expanded {
  let problem: string | undefined
  const withVariables = text.replace(/\$\{([^}]*)\}/g, (_match, name: string) => {
    const value = environment[name]
    if (value === undefined) problem ??= say`the variable ${name} is not set`
    // A percent sign that came out of a variable is no token.
    return (value ?? '').replaceAll('%', '%%')
  })
  if (problem !== undefined) return { problem }
  if (/^~[^/]/.test(withVariables)) return { problem: say`the home of another user` }
  const expanded = expandTokens(withVariables, {
    d: tokens.home,
    h: tokens.hostName,
    i: String(process.getuid?.() ?? ''),
    k: tokens.hostKeyAlias,
    n: tokens.original,
    p: String(tokens.port),
    r: tokens.remoteUser,
    u: tokens.localUser,
  })
  if ('problem' in expanded) return expanded
  return {
    text: /^~(?:\/|$)/.test(expanded.text) ? join(tokens.home, expanded.text.slice(1)) : expanded.text,
  }
}
