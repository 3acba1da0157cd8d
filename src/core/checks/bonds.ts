import { oncePerCluster } from './once.js'

/** An interface of a host that a bond joins. */
export interface Member {
  readonly host: string
  readonly bond: string
  readonly name: string
  /** Which of the bond's. */
  readonly index: number
}

export const bondMembers = oncePerCluster(({ hosts }): readonly Member[] => {
  const result: Member[] = []
  for (const { name: host, drawn } of hosts.values()) {
    for (const [bond, { bond: members }] of drawn.interfaces) {
      for (const [index, name] of (members ?? []).entries()) result.push({ host, bond, name, index })
    }
  }
  return result
})

const bondsByMember = oncePerCluster((cluster): ReadonlyMap<string, string> => {
  const result = new Map<string, string>()
  for (const { host, bond, name } of bondMembers(cluster)) {
    const key = `${host} ${name}`
    if (!result.has(key)) result.set(key, bond)
  }
  return result
})

/** The bond that an interface of a host is a part of; the first of several. */
export function bondOf(
  cluster: Parameters<typeof bondsByMember>[0],
  host: string,
  name: string,
): string | undefined {
  return bondsByMember(cluster).get(`${host} ${name}`)
}
