import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { ObservedHost, RecordedSetting } from '../hosts/observe.js'
import type { SshSettings } from '../topology/types.js'

/**
 * What the record of a host says of other hosts: which of them carry something of the cluster, and how they are reached, so
 * that whoever plans next, on whatever machine, knows of those that are drawn no longer. Directors know of all, real servers
 * of directors. Key is the name of the host.
 */
const MEMBER_RECORD = 'member'

export interface Member {
  readonly host: string
  readonly ssh: SshSettings | undefined
}

/** Without settings of SSH: it is reached by its name. */
const BY_NAME = 'by name'
/** What the on-host helper takes as words. */
const WORD = /^[A-Za-z0-9._:,/@[\]-]+$/

export function memberRecord({ host, ssh }: Member): RecordedSetting {
  const given = Object.entries({
    address: ssh?.address,
    port: ssh?.port?.toString(),
    user: ssh?.user,
    jump: ssh?.jump,
    sudo: ssh?.sudo === undefined ? undefined : ssh.sudo ? 'yes' : 'no',
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const words = given.every(([, value]) => WORD.test(value)) ? given.flat().join(' ') : ''
  return { kind: MEMBER_RECORD, key: host, state: words === '' ? BY_NAME : words }
}

/** What cannot be read says no more than its name. */
export function membersIn(record: readonly RecordedSetting[] | undefined): Member[] {
  return (record ?? [])
    .filter(({ kind }) => kind === MEMBER_RECORD)
    .map(({ key, state }) => ({ host: key, ssh: sshIn(state) }))
}

export function withoutMembers(record: readonly RecordedSetting[] | undefined): RecordedSetting[] {
  return (record ?? []).filter(({ kind }) => kind !== MEMBER_RECORD)
}

function sshIn(state: string): SshSettings | undefined {
  if (state === BY_NAME) return undefined
  const words = state.split(' ')
  const values = new Map(
    words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]] as const] : [])),
  )
  const port = Number(values.get('port'))
  const sudo = values.get('sudo')
  return {
    address: values.get('address'),
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    user: values.get('user'),
    jump: values.get('jump'),
    sudo: sudo === undefined ? undefined : sudo === 'yes',
  }
}

/** What a host is to write down of the others after a deployment; those that are drawn no longer stay until they are freed. */
export function membersKnownTo(
  model: HostModel,
  deployed: readonly HostModel[],
  live: ObservedHost,
): readonly Member[] {
  const others = deployed
    .filter(({ name, needs }) => name !== model.name && needs.length > 0)
    .filter(({ role }) => model.role === 'director' || role === 'director')
    .map(({ name, drawn }) => ({ host: name, ssh: drawn.ssh }))
  const drawn = new Set(deployed.map(({ name }) => name))
  return [...others, ...membersIn(live.confirmed).filter(({ host }) => !drawn.has(host))]
}

/** Hosts that carry something of the cluster and are not drawn, by what the hosts that were read have written down. */
export function undrawnMembers(cluster: Cluster, observed: ReadonlyMap<string, ObservedHost>): Member[] {
  const found = [...observed.values()].flatMap(({ confirmed }) => membersIn(confirmed))
  const isDeployed = (name: string): boolean => {
    const role = cluster.hosts.get(name)?.role
    return role === 'director' || role === 'real-server'
  }
  return [...new Map(found.filter(({ host }) => !isDeployed(host)).map((each) => [each.host, each])).values()]
}
