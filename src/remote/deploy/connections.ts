import type { HostModel } from '../../core/hosts/cluster.js'
import { said, say } from '../../core/speech/say.js'
import type { Host } from '../../core/topology/types.js'
import type { ConfigLine } from '../ssh/config-file.js'
import type { SshTarget } from '../ssh/endpoint.js'
import { SshFailure, saying } from '../ssh/failure.js'
import type { Secrets } from '../ssh/secrets.js'
import { resolveEndpoint } from '../ssh/resolve-endpoint.js'
import { openSession } from '../ssh/session.js'
import type { SshConfig } from '../ssh/ssh-config.js'
import type { ConfirmHostKey } from '../trust/host-key-check.js'
import { HostError } from '../host/helper.js'
import type { HostConnection } from '../host/helper.js'
import { STEPS } from '../host/host-step.js'
import type { HostStep } from '../host/host-step.js'

/** What it takes to reach hosts. */
export interface Reach {
  readonly sshConfig: SshConfig
  readonly confirmHostKey: ConfirmHostKey
  /** Absent: nobody is there to be asked for passphrases and passwords. */
  readonly secrets?: Secrets | undefined
  readonly signal?: AbortSignal | undefined
}

/** Something that went wrong on one host: in which step, and in words what is wrong and what to do. */
export interface HostFailure {
  readonly host: string
  readonly step: HostStep
  readonly message: string
  /** The host may have been changed. */
  readonly unknown: boolean
}

/** Does something on every host at once; those it fails on do not keep it from the others. */
export async function onEvery<In extends { readonly host: string }, Out>(
  hosts: readonly In[],
  step: HostStep,
  work: (host: In) => Promise<Out>,
): Promise<{ readonly results: ReadonlyMap<string, Out>; readonly failures: readonly HostFailure[] }> {
  const results = new Map<string, Out>()
  const failures: HostFailure[] = []
  await Promise.all(
    hosts.map(async (host) => {
      try {
        results.set(host.host, await work(host))
      } catch (error) {
        failures.push(hostFailure(host.host, step, error))
      }
    }),
  )
  return { results, failures: failures.sort((a, b) => a.host.localeCompare(b.host)) }
}

export function hostFailure(host: string, step: HostStep, error: unknown): HostFailure {
  if (error instanceof HostError) {
    return { host, step: error.step, message: `${error.reason}; ${error.remedy}`, unknown: error.unknown }
  }
  // The transport names the host in its messages; here every message stands behind its host already.
  const words = error instanceof SshFailure ? error.message : saying(error)
  const name = say`${host}: `
  return { host, step, message: words.startsWith(name) ? words.slice(name.length) : words, unknown: false }
}

/** As much of a host as it takes to reach it. */
export interface ReachableHost {
  readonly name: string
  readonly drawn: Pick<Host, 'ssh'>
}

/** Connects to every host. Handshakes at a time are bounded in the transport. */
export async function connectAll(hosts: readonly ReachableHost[], reach: Reach) {
  return onEvery(
    hosts.map((model) => ({ host: model.name, model })),
    'connect',
    ({ model }) => connect(model, reach),
  )
}

export async function connect(
  model: ReachableHost,
  { sshConfig, confirmHostKey, secrets, signal }: Reach,
): Promise<HostConnection> {
  const endpoint = resolveEndpoint(sshTarget(model), sshConfig)
  if (endpoint instanceof SshFailure) throw endpoint
  const session = await openSession(endpoint, {
    confirmHostKey,
    secrets,
    ...(signal === undefined ? {} : { signal }),
  })
  return { host: model.name, session, sudo: endpoint.sudo }
}

/** Whether the file or ssh_config says where a host is; a bare name would only be guessed at. */
export function canBeReached({ name, drawn }: HostModel, { sshConfig }: Reach): boolean {
  const names = (lines: readonly ConfigLine[]): boolean =>
    lines.some(
      (line) =>
        (line.kind === 'host' && line.patterns.includes(name)) ||
        (line.kind === 'include' && line.files.some(names)),
    )
  return drawn.ssh !== undefined || names(sshConfig.lines)
}

function sshTarget({ name, drawn: { ssh } }: ReachableHost): SshTarget {
  return {
    host: name,
    alias: name,
    ...(ssh?.address === undefined ? {} : { address: ssh.address }),
    ...(ssh?.port === undefined ? {} : { port: ssh.port }),
    ...(ssh?.user === undefined ? {} : { user: ssh.user }),
    ...(ssh?.jump === undefined ? {} : { jump: ssh.jump }),
    ...(ssh?.sudo === undefined ? {} : { sudo: ssh.sudo }),
  }
}

/** Closes connections; one that is gone already is no news. */
export async function closeAll(connections: Iterable<HostConnection>): Promise<void> {
  await Promise.allSettled([...connections].map(({ session }) => session.close()))
}

export function failureText({ host, step, message }: HostFailure): string {
  return say`${host}: ${said(STEPS[step])}: ${message}`
}
