import type { Interface } from '../topology/types.js'
import { oncePerCluster } from './once.js'

/** What the name of an interface says of a VLAN, as ip-link(8), ifupdown and NetworkManager give them. */
interface NamedVlan {
  /** The interface that carries it: `eth0` of `eth0.20`. */
  readonly parent: string | undefined
  /** 20 of `eth0.20` and of `vlan20`. */
  readonly id: number | undefined
}

export function vlanOfName(name: string): NamedVlan {
  const dot = name.lastIndexOf('.')
  const number = /^0*(\d{1,4})$/.exec(dot < 0 ? name.replace(/^vlan/, '') : name.slice(dot + 1))?.[1]
  return {
    parent: dot > 0 ? name.slice(0, dot) : undefined,
    id: number === undefined || (dot < 0 && !name.startsWith('vlan')) ? undefined : Number(number),
  }
}

/** A drawn interface that is a VLAN of another. */
export interface Vlan {
  readonly host: string
  readonly name: string
  readonly drawn: Interface
  readonly parent: string
  readonly id: number
}

export const vlansOnInterfaces = oncePerCluster(({ hosts }): readonly Vlan[] => {
  const result: Vlan[] = []
  for (const { name: host, drawn } of hosts.values()) {
    for (const [name, own] of drawn.interfaces) {
      if (!name.includes('.')) continue
      const { parent, id: named } = vlanOfName(name)
      const id = own.vlan ?? named
      if (parent !== undefined && id !== undefined) result.push({ host, name, drawn: own, parent, id })
    }
  }
  return result
})
