import { matchesPatternList } from '../trust/pattern-list.js'
import type { ConfigLine, ConfigPlace } from './config-file.js'

export interface Setting {
  values: string[]
  at: ConfigPlace
}

/** What an ssh_config says of one host: keyword in lower case → what counts. */
export interface HostSettings {
  /** For every keyword the first value, as ssh_config(5) has it. */
  first: ReadonlyMap<string, Setting>
  /** IdentityFile adds up. */
  identityFiles: readonly Setting[]
}

/** What counts of an ssh_config; every other keyword is as if it were not there. */
const HONOURED = new Set([
  'hostname',
  'port',
  'user',
  'identitiesonly',
  'identityagent',
  'userknownhostsfile',
  'stricthostkeychecking',
  'hostkeyalias',
  'proxyjump',
  // Not followed, but seen: going another way than the operator's own ssh would is not for us to choose.
  'proxycommand',
])

/**
 * Walks the lines in order, first value wins. `Match` blocks never apply.
 *
 * @param names what a Host line may name: the host's name, and the address a topology gives it (people write either)
 */
export function settingsFor(lines: readonly ConfigLine[], names: readonly string[]): HostSettings {
  const first = new Map<string, Setting>()
  const identityFiles: Setting[] = []
  const wanted = names.map((name) => name.toLowerCase())

  const walk = (block: readonly ConfigLine[]): void => {
    let applies = true
    for (const line of block) {
      switch (line.kind) {
        case 'host':
          applies = namesOneOf(line.patterns, wanted)
          break
        case 'match':
          applies = false
          break
        case 'include':
          // Inside a Host block an Include is conditional, and what it opens ends with it.
          if (applies) line.files.forEach(walk)
          break
        case 'option':
          if (applies) take(line.name, { values: line.values, at: line.at })
      }
    }
  }
  const take = (name: string, setting: Setting): void => {
    if (name === 'identityfile') identityFiles.push(setting)
    else if (HONOURED.has(name) && !first.has(name) && !isPreceded(name)) first.set(name, setting)
  }
  // ssh_config(5), ProxyJump: "will compete with the ProxyCommand option - whichever is specified first will prevent
  // later instances of the other from taking effect".
  const isPreceded = (name: string): boolean =>
    (name === 'proxyjump' && first.has('proxycommand')) || (name === 'proxycommand' && first.has('proxyjump'))

  walk(lines)
  return { first, identityFiles }
}

/** A negated pattern that matches any of the names keeps the block from applying. */
function namesOneOf(patterns: readonly string[], wanted: readonly string[]): boolean {
  const refused = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  if (wanted.some((name) => matchesPatternList(refused, name))) return false
  const accepted = patterns.filter((pattern) => !pattern.startsWith('!'))
  return wanted.some((name) => matchesPatternList(accepted, name))
}
