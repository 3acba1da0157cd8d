import { said, say } from '../../core/speech/say.js'
import { observeHost } from '../../core/hosts/observe.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import type { IpAddress } from '../../core/topology/address.js'
import { SshFailure, printable } from '../ssh/failure.js'
import type { Session } from '../ssh/session.js'
import { HELPER_TEXT } from './helper-text.js'
import { STEPS } from './host-step.js'
import type { HostStep } from './host-step.js'
import { INSTALLED_HELPER } from './installed-helper.js'

/** A host we are connected to, and how its helper is to be run. */
export interface HostConnection {
  readonly host: string
  readonly session: Session
  /** Run the helper by `sudo -n`: never asks, so it fails at once where it is not allowed. */
  readonly sudo: boolean
}

/** What went wrong on a host, in which step, and what to do about it. */
export class HostError extends Error {
  constructor(
    readonly host: string,
    readonly step: HostStep,
    readonly reason: string,
    readonly remedy: string,
    /** The outcome on the host is not known: it may or may not have been changed. */
    readonly unknown = false,
  ) {
    super(`${host}: ${said(STEPS[step])}: ${reason}; ${remedy}`)
    this.name = 'HostError'
  }
}

/** What a probe reads beside what it always does. */
export interface ProbeWishes {
  readonly sysctls: readonly string[]
  readonly modules: readonly string[]
  /** Addresses to ask the kernel the way to. */
  readonly ways?: readonly string[]
  /** What else decides about requests, and what tells of them. */
  readonly looks?: readonly Look[]
  /** What was confirmed before the last deployment. */
  readonly previous?: boolean
  /** Whether keepalived runs, and what it is told; where this cluster has written that, it is read anyway. */
  readonly keepalived?: boolean
}

/** The neighbour table; listening sockets; rules of the firewall; how many IPVS connections are in which state. */
export const LOOKS = ['neighbours', 'sockets', 'firewall', 'connections'] as const
/** `traffic`: counters of IPVS, and its synchronisation daemons. */
export type Look = (typeof LOOKS)[number] | 'traffic'

/** Rules of a firewall can be long. */
export const PROBE_BYTES = 8 * 1024 * 1024

/** Reads the state of a host, in one round trip. Changes nothing. */
export async function probe(
  connection: HostConnection,
  cluster: string,
  wishes: ProbeWishes,
  signal?: AbortSignal,
): Promise<ObservedHost> {
  const output = await call(connection, 'probe', {
    cluster,
    lines: wishLines(wishes),
    step: 'probe',
    signal,
    maxOutputBytes: PROBE_BYTES,
  })
  return completeProbe(connection, output)
}

/** Who holds the lock of a host: a secret of this run, and a name that tells others whom to ask. */
export interface Lock {
  readonly token: string
  /** `user@machine process 123 of 0123456789ab` (deploy/lock.ts); only letters, digits and `_.@ -`. */
  readonly owner: string
  /** Whether an owner of this name is known to be dead, so that what it held can be taken over. */
  readonly isDead: (owner: string) => boolean
}

/** Takes the host's lock and probes it, in one round trip (two where a dead owner has left it locked). */
export async function begin(
  connection: HostConnection,
  cluster: string,
  wishes: ProbeWishes,
  lock: Lock,
  signal?: AbortSignal,
): Promise<ObservedHost> {
  const attempt = (more: readonly string[]) =>
    call(connection, 'begin', {
      cluster,
      lines: [...lockLines(lock), ...more, ...wishLines(wishes)],
      step: 'lock',
      signal,
      accept: [75],
      maxOutputBytes: PROBE_BYTES,
      // What a run before has left may have to be undone first.
      deadlineMs: 120_000,
    })
  let output = await attempt([])
  let holder = holderOf(output)
  if (holder !== undefined && lock.isDead(holder.owner)) {
    output = await attempt([`takeover ${holder.owner}`])
    holder = holderOf(output)
  }
  if (holder !== undefined) {
    throw new HostError(
      connection.host,
      'lock',
      say`another deployment holds this host: ${holder.owner.replace(/ of [0-9a-f]+$/, '')}`,
      say`wait until it has ended; abandoned, it ends by itself in ${holder.seconds} s`,
    )
  }
  return completeProbe(connection, output)
}

export function lockLines({ token, owner }: Lock): string[] {
  return [`token ${token}`, `owner ${owner}`]
}

function holderOf(output: string): { readonly owner: string; readonly seconds: number } | undefined {
  const match = /^== lock\n(.*)\t(\d+)$/m.exec(output)
  return match === null ? undefined : { owner: printable(match[1] ?? ''), seconds: Number(match[2]) }
}

/** Gives the lock back. Safe to call whether or not it is held. */
export async function end(connection: HostConnection, cluster: string, lock: Lock): Promise<void> {
  await call(connection, 'end', { cluster, lines: lockLines(lock), step: 'unlock' })
}

/** Connections made from a host to a service, for evidence. */
export interface Witnessed {
  /** Addresses and ports the connections came from; fewer than asked for where one did not come about. */
  readonly from: readonly { readonly address: string; readonly port: number }[]
  /** The MAC the host has for the VIP, when it is on its link. */
  readonly neighbour: string | undefined
  /** What the host lacks for such a test. */
  readonly without: string | undefined
}

/** Opens `count` connections to a service from a host, one after the other. */
export async function connectFrom(
  connection: HostConnection,
  cluster: string,
  service: { readonly address: IpAddress; readonly port: number; readonly count: number },
  signal?: AbortSignal,
): Promise<Witnessed> {
  const { address, port, count } = service
  const lines = [`address ${address}`, `port ${port}`, 'protocol tcp', `count ${count}`]
  const output = await call(connection, 'connect', { cluster, lines, step: 'verify', signal })
  return {
    from: [...output.matchAll(/^from (\S+) (\d+)$/gm)].map((match) => ({
      address: match[1] ?? '',
      port: Number(match[2]),
    })),
    neighbour: /^neighbour .*lladdr ([0-9a-f:]{17})/m.exec(output)?.[1],
    without: /^without\t(.*)$/m.exec(output)?.[1],
  }
}

/** An entry of the director's connection table. */
export interface ConnectionEntry {
  /** Each `address:port`. */
  readonly client: string
  readonly realServer: string
}

/** The director's connection entries of these clients (`address:port`), from `ipvsadm -Lnc`. */
export async function sessionsOf(
  connection: HostConnection,
  cluster: string,
  clients: readonly string[],
  signal?: AbortSignal,
): Promise<ConnectionEntry[]> {
  const lines = clients.map((client) => `client ${client}`)
  const output = await call(connection, 'sessions', { cluster, lines, step: 'verify', signal })
  // pro expire state source virtual destination
  return output.split('\n').flatMap((line) => {
    const [, , , client, , realServer] = line.trim().split(/\s+/)
    return client === undefined || realServer === undefined ? [] : [{ client, realServer }]
  })
}

/** Connections that a destination still has. */
export interface Remaining {
  /** Open. */
  readonly active: number
  /** Ended, and kept for late packets. */
  readonly inactive: number
}

/** What the director's table says of a destination; undefined: it is not in it. */
export async function remainingAt(
  connection: HostConnection,
  cluster: string,
  destinationKey: string,
  signal?: AbortSignal,
): Promise<Remaining | undefined> {
  const [service = '', destination = ''] = destinationKey.split(' -r ')
  const lines = [`service ${service}`, `destination ${destination}`]
  const output = await call(connection, 'remaining', { cluster, lines, step: 'drain', signal })
  const found = /^remaining\t(\d+)\t(\d+)\t/m.exec(output)
  if (found === null && !/^end$/m.test(output)) {
    throw new HostError(
      connection.host,
      'drain',
      say`the answer is not complete`,
      say`see the host, then try again`,
    )
  }
  return found === null ? undefined : { active: Number(found[1]), inactive: Number(found[2]) }
}

export interface Call {
  readonly cluster: string
  readonly lines: readonly string[]
  /** Lines after the header, for `apply`. */
  readonly data?: readonly string[]
  /** What the operator is told was going on. */
  readonly step: HostStep
  readonly signal?: AbortSignal | undefined
  /** Exit statuses beside 0 whose output is an answer. */
  readonly accept?: readonly number[]
  readonly deadlineMs?: number
  readonly maxOutputBytes?: number
  /** Whether the host may have been changed when the answer does not come. */
  readonly changes?: boolean
}

/** The helper would not do it, and says why. */
const REFUSED = 64

export async function call(connection: HostConnection, verb: string, request: Call): Promise<string> {
  const { host, session, sudo } = connection
  const { step, signal, accept = [], changes = false } = request
  const stdin =
    [`cluster ${request.cluster}`, ...request.lines, '--', ...(request.data ?? [])].join('\n') + '\n'
  let result
  try {
    result = await session.exec(helperCommand(verb, sudo), {
      stdin,
      deadlineMs: request.deadlineMs ?? 60_000,
      ...(request.maxOutputBytes === undefined ? {} : { maxOutputBytes: request.maxOutputBytes }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    // The command may have done all, some or nothing of its work when the connection went.
    if (!(error instanceof SshFailure) || !changes) throw error
    throw new HostError(host, step, error.message, say`what it was doing may or may not have been done`, true)
  }
  if (result.status === null) {
    throw new HostError(
      host,
      step,
      say`the connection ended without an exit status`,
      say`see the host, then try again`,
      changes,
    )
  }
  if (result.status === 0 || accept.includes(result.status)) return result.stdout
  throw new HostError(
    host,
    step,
    ...reasonAndRemedy(result.status, result.stdout, result.stderr, sudo),
    changes && result.status !== REFUSED,
  )
}

function reasonAndRemedy(status: number, stdout: string, stderr: string, sudo: boolean): [string, string] {
  const refused = /^refused\t(.*)\t(.*)$/m.exec(stdout)
  if (refused !== null) return [printable(refused[1] ?? ''), printable(refused[2] ?? '')]
  const words = printable(stderr.trim().split('\n').at(-1) ?? '')
  if (sudo && words.startsWith('sudo:')) {
    return [
      say`sudo refused (${words.slice('sudo:'.length).trim()})`,
      say`"lvs-designer sudoers" makes what lets this user run the helper and nothing else; or log in as root`,
    ]
  }
  if (status === 127) return [say`a command is missing (${words})`, say`install it on the host`]
  return [
    say`the helper ended with status ${status}${words === '' ? '' : ` (${words})`}`,
    say`see the host, then try again`,
  ]
}

export function completeProbe(connection: HostConnection, output: string): ObservedHost {
  if (!/^== end$/m.test(output)) {
    throw new HostError(
      connection.host,
      'probe',
      say`the answer is not complete`,
      say`try again; see whether a login script of the host prints or exits`,
    )
  }
  return observeHost(connection.host, output)
}

export function wishLines({
  sysctls,
  modules,
  ways = [],
  looks = [],
  previous = false,
  keepalived = false,
}: ProbeWishes): string[] {
  return [
    ...sysctls.map((key) => `sysctl ${key}`),
    ...modules.map((name) => `module ${name}`),
    ...ways.map((address) => `way ${address}`),
    ...looks.map((look) => `look ${look}`),
    ...(previous ? ['previous'] : []),
    ...(keepalived ? ['keepalived'] : []),
  ]
}

/** Constant but for the verb: values never stand in a command line. */
function helperCommand(verb: string, sudo: boolean): string {
  const words = `lvs-designer ${verb} "$SSH_CONNECTION"`
  return sudo
    ? `/bin/sh -c ${quoted(BY_SUDO)} ${words} ${INSTALLED_HELPER} ${quoted(HELPER_TEXT)}`
    : `/bin/sh -c ${quoted(HELPER_TEXT)} ${words}`
}

/** The helper that was installed for sudo (installed-helper.ts), where this very version is; else its text, for who may run anything. */
const BY_SUDO =
  'if [ -x "$3" ]; then exec sudo -n "$3" "$1" "$2"; else exec sudo -n /bin/sh -c "$4" "$0" "$1" "$2"; fi'

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
