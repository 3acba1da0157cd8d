import type { ObservedHost } from '../hosts/observe.js'
import { masqueradesAtAll } from '../hosts/masquerade.js'
import { CONNTRACK } from '../hosts/sysctl.js'
import { addressBits, familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { STANDING_DEVICES, isOwnDevice } from '../hosts/tunnels.js'
import type { FoundDirector, FoundHost, FoundInterface, FoundRoute, ImportNote } from './found.js'

/** What a running host tells: a director where it has an IPVS table, else a host that may be a real server. */
export function fromHost(
  name: string,
  observed: ObservedHost,
): {
  readonly found:
    | { readonly kind: 'director'; readonly director: FoundDirector }
    | { readonly kind: 'host'; readonly host: FoundHost }
  readonly notes: readonly ImportNote[]
} {
  const { state, unread } = observed
  const interfaces = [...state.interfaces.values()].flatMap((each): FoundInterface[] => {
    if (each.name === 'lo' || isOwnDevice(each.name) || STANDING_DEVICES.includes(each.name)) return []
    const addresses = each.addresses.flatMap(({ address, prefix }) =>
      isLinkLocal(address) ? [] : [{ address, prefix }],
    )
    if (!addresses.some(({ address, prefix }) => prefix < addressBits(familyOf(address)))) return []
    return [
      {
        name: each.name,
        addresses,
        subnets: [],
        moving: [],
        mac: each.mac,
        mtu: each.mtu === USUAL_MTU ? undefined : each.mtu,
      },
    ]
  })
  const gateways = state.routes.flatMap(({ to, via }) => (to === 'default' && via !== undefined ? [via] : []))
  const kernel = state.kernel
  const notes = unread.map((line): ImportNote => ({
    code: 'IMPORT-UNREAD',
    source: name,
    line: undefined,
    message: line,
  }))
  if (state.virtualServices.length === 0) {
    return { found: { kind: 'host', host: { name, kernel, interfaces, gateways } }, notes }
  }
  const director: FoundDirector = {
    source: name,
    name,
    kernel,
    manager: 'ipvsadm',
    scriptUser: undefined,
    services: state.virtualServices.map((service) => ({
      ...service,
      name: undefined,
      source: name,
      line: undefined,
      marked: undefined,
      sorryServer: undefined,
      health: undefined,
      quorum: undefined,
      hysteresis: undefined,
    })),
    interfaces,
    addresses: [],
    gateways,
    routes: state.routes.flatMap(({ to, via }): FoundRoute[] =>
      to === 'default' || via === undefined ? [] : [{ to, via }],
    ),
    vrrp: [],
    sync: false,
    observed: true,
    masquerades: masqueradesOf(observed),
  }
  return { found: { kind: 'director', director }, notes }
}

/** A rule of whoever set the node up, such as kube-proxy's KUBE-POSTROUTING; and IPVS in conntrack, which that takes. */
function masqueradesOf({ state, ruleset }: ObservedHost): boolean | undefined {
  const conntrack = state.sysctls.get(CONNTRACK)
  if (conntrack === undefined) return undefined
  if (Number(conntrack) === 0) return false
  if (ruleset === undefined) return undefined
  return masqueradesAtAll(ruleset) || (ruleset.unread.length > 0 ? undefined : false)
}

const USUAL_MTU = 1500

function isLinkLocal(address: IpAddress): boolean {
  return /^fe[89ab]/.test(address)
}
