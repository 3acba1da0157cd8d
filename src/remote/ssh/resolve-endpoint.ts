import { join } from 'node:path'
import { say } from '../../core/speech/say.js'
import type { ConfigPlace } from './config-file.js'
import { settingsFor, type HostSettings, type Setting } from './config-lookup.js'
import { expandPath, expandTokens, type Expanded, type Tokens } from './config-tokens.js'
import type { Endpoint, IdentityFile, SshTarget } from './endpoint.js'
import { SshFailure } from './failure.js'
import { resolveJumps, type JumpRequest } from './jump.js'
import type { SshConfig } from './ssh-config.js'

/** What a jump host may be given on top of its configuration (`user@host:port`). */
interface Overrides {
  user?: string
  port?: number
  /** A hop of a list goes through the ones before it, whatever its own configuration says. */
  jumps?: readonly JumpRequest[]
  /** The names on the way here, to find circles. */
  via: readonly string[]
}

/**
 * Puts together how a host is reached. The operator's ssh_config is asked first and what it says stands; the topology
 * says "what ~/.ssh/config does not say" (DESIGN.md), so that one drawing can be put on a rehearsal's hosts with another
 * `--ssh-config`, and a drawing from elsewhere cannot turn aside what the operator has settled. Host lines may name the
 * host or its address.
 *
 * Returns a failure (not thrown) with the reason `config-invalid`, `proxy-command-refused` or `jump-unsupported`.
 */
export function resolveEndpoint(target: SshTarget, config: SshConfig): Endpoint | SshFailure {
  try {
    return resolve(target, config, { via: [] })
  } catch (error) {
    if (error instanceof SshFailure) return error
    throw error
  }
}

function resolve(target: SshTarget, config: SshConfig, overrides: Overrides): Endpoint {
  const names = target.address === undefined ? [target.alias] : [target.alias, target.address]
  const settings = settingsFor(config.lines, names)
  const read = reader(target.host, settings)
  refuseProxyCommand(target.host, settings)

  const asked = target.address ?? target.alias
  const hostName = read.expanded('hostname', (text) => expandTokens(text, { h: asked })) ?? asked
  requireName(target.host, say`host name`, hostName, settings.first.get('hostname')?.at)
  const port = overrides.port ?? read.port() ?? target.port ?? 22
  const user = overrides.user ?? read.value('user') ?? target.user ?? config.login
  const hostKeyAlias = read.value('hostkeyalias')
  if (hostKeyAlias !== undefined) {
    requireName(target.host, 'HostKeyAlias', hostKeyAlias, settings.first.get('hostkeyalias')?.at)
  }

  const tokens: Tokens = {
    home: config.home,
    hostName,
    original: target.alias,
    port,
    remoteUser: user,
    localUser: config.login,
    hostKeyAlias: hostKeyAlias ?? target.alias,
  }
  const path = (text: string): Expanded => expandPath(text, tokens, config.environment)
  const agent = agentOf(read, path, config)
  const jumps = resolveJumps({
    host: target.host,
    here: { alias: target.alias, hostName, port, user, via: overrides.via },
    requested: overrides.jumps,
    configured: settings.first.get('proxyjump'),
    drawn: target.jump,
    tokens: { h: hostName, n: target.alias, p: String(port), r: user },
    resolve: (jump, rest, via) =>
      resolve({ host: target.host, alias: jump.alias }, config, {
        ...(jump.user !== undefined && { user: jump.user }),
        ...(jump.port !== undefined && { port: jump.port }),
        ...(rest.length > 0 && { jumps: rest }),
        via,
      }),
  })
  return {
    host: target.host,
    label: overrides.via.length === 0 ? target.host : say`${target.alias} (on the way to ${target.host})`,
    hostName,
    port,
    user,
    sudo: target.sudo ?? false,
    identityFiles: identityFilesOf(read, path, config),
    identitiesOnly: read.yes('identitiesonly'),
    ...(agent !== undefined && { identityAgent: agent }),
    userKnownHostsFiles: knownHostsFilesOf(read, path, config),
    globalKnownHostsFiles: [...config.globalKnownHostsFiles],
    strictHostKeyChecking: read.value('stricthostkeychecking')?.toLowerCase() === 'yes' ? 'yes' : 'ask',
    ...(hostKeyAlias !== undefined && { hostKeyAlias }),
    jumps,
  }
}

type Reader = ReturnType<typeof reader>

/** The settings of one host, with failures that name file and line. */
function reader(host: string, { first, identityFiles }: HostSettings) {
  const fail = (setting: Setting, what: string): never => {
    throw new SshFailure(
      'config-invalid',
      host,
      say`${host}: ${what} (${setting.at.file}:${setting.at.line}). Correct the line, or use another file with --ssh-config.`,
    )
  }
  const value = (name: string): string | undefined => first.get(name)?.values[0]
  const expand = (setting: Setting, texts: readonly string[], by: (text: string) => Expanded): string[] =>
    texts.map((text) => {
      const expanded = by(text)
      return 'text' in expanded ? expanded.text : fail(setting, `${text}: ${expanded.problem}`)
    })
  return {
    value,
    identityFiles,
    expand,
    expanded: (name: string, by: (text: string) => Expanded): string | undefined => {
      const setting = first.get(name)
      return setting && expand(setting, setting.values.slice(0, 1), by)[0]
    },
    allExpanded: (name: string, by: (text: string) => Expanded): string[] | undefined => {
      const setting = first.get(name)
      return setting && expand(setting, setting.values, by)
    },
    port: (): number | undefined => {
      const setting = first.get('port')
      if (setting === undefined) return undefined
      const text = setting.values[0] ?? ''
      const port = Number(text)
      return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65535
        ? port
        : fail(setting, say`Port ${text} is not a number from 1 to 65535`)
    },
    yes: (name: string): boolean => {
      const setting = first.get(name)
      if (setting === undefined) return false
      const text = setting.values[0]?.toLowerCase() ?? ''
      if (text === 'yes' || text === 'true') return true
      return text === 'no' || text === 'false' ? false : fail(setting, say`${text} is neither yes nor no`)
    },
  }
}

function refuseProxyCommand(host: string, { first }: HostSettings): void {
  const setting = first.get('proxycommand')
  if (setting === undefined || setting.values.join(' ').trim().toLowerCase() === 'none') return
  throw new SshFailure(
    'proxy-command-refused',
    host,
    say`${host}: the SSH configuration reaches it through a ProxyCommand (${setting.at.file}:${setting.at.line}), and commands from a configuration are not run. Use ProxyJump instead, or another file with --ssh-config.`,
  )
}

/** Names end up in known_hosts, where a comma, a star or a space would say something else. */
function requireName(host: string, what: string, name: string, at: ConfigPlace | undefined): void {
  if (/^[A-Za-z0-9_.:][A-Za-z0-9_.:%-]{0,254}$/.test(name)) return
  const where = at === undefined ? say`the topology` : `${at.file}:${at.line}`
  throw new SshFailure(
    'config-invalid',
    host,
    say`${host}: ${JSON.stringify(name.slice(0, 80))} cannot be a ${what} (${where}). Letters, digits, ".", "-", "_" and ":" can.`,
  )
}

function agentOf(
  read: Reader,
  path: (text: string) => Expanded,
  config: SshConfig,
): Endpoint['identityAgent'] {
  const named = read.value('identityagent')
  if (named === 'none') return undefined
  if (named !== undefined && named !== 'SSH_AUTH_SOCK') {
    // ssh_config(5): "$" begins the name of a variable that holds the socket.
    const variable = /^\$([A-Za-z_]\w*)$/.exec(named)?.[1]
    const socket =
      variable === undefined ? read.expanded('identityagent', path) : config.environment[variable]
    return socket ? { path: socket, named: true } : undefined
  }
  const socket = config.environment['SSH_AUTH_SOCK']
  return socket ? { path: socket, named: false } : undefined
}

function identityFilesOf(
  read: Reader,
  path: (text: string) => Expanded,
  { home }: SshConfig,
): IdentityFile[] {
  if (read.identityFiles.length === 0) {
    return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => ({
      path: join(home, '.ssh', name),
      named: false,
    }))
  }
  const files = read.identityFiles.flatMap((setting) => read.expand(setting, setting.values, path))
  return [...new Set(files)].filter((file) => file !== 'none').map((file) => ({ path: file, named: true }))
}

function knownHostsFilesOf(read: Reader, path: (text: string) => Expanded, { home }: SshConfig): string[] {
  const named = read.allExpanded('userknownhostsfile', path)
  const files = named ?? ['known_hosts', 'known_hosts2'].map((name) => join(home, '.ssh', name))
  return files.filter((file) => file !== 'none')
}
