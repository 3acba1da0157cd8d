import { addressAfter, addressBits, familyOf } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import type { Destination, ServiceTarget, VirtualService } from '../ipvs-table.js'
import type { KeepalivedConfiguration } from './configuration.js'
import type { KeepalivedRealServer } from './real-server.js'
import { granularityLength } from './virtual-server.js'
import type { KeepalivedService } from './virtual-server.js'

/** An entry of the table keepalived makes, and the virtual_server it comes from. */
export interface KeepalivedEntry {
  readonly of: KeepalivedService
  readonly virtualService: VirtualService
}

/** A group may name a whole network; so many of its addresses become entries. */
export const MAX_ENTRIES_OF_GROUP = 512

/**
 * The IPVS table a configuration makes while every real server is up, with keepalived's own corrections
 * (check_data.c `validate_check_config`): what it leaves out is left out, what it resets is reset.
 */
export function keepalivedTable(configuration: KeepalivedConfiguration): KeepalivedEntry[] {
  return configuration.virtualServers.flatMap((of) =>
    targetsOf(of, configuration).flatMap((target): KeepalivedEntry[] => {
      const virtualService = entryOf(of, target)
      return virtualService === undefined ? [] : [{ of, virtualService }]
    }),
  )
}

function targetsOf(of: KeepalivedService, { groups }: KeepalivedConfiguration): ServiceTarget[] {
  const { target, protocol = 'udp', family = 4 } = of
  if (target === undefined) return []
  const at = (address: IpAddress, port: number): ServiceTarget => ({
    kind: 'address',
    protocol,
    address,
    port,
  })
  switch (target.kind) {
    case 'address':
      return [at(target.address, target.port)]
    case 'mark':
      return [{ kind: 'mark', mark: target.mark, family }]
    case 'group':
      return (groups.get(target.name)?.entries ?? []).flatMap((entry): ServiceTarget[] => {
        if (entry.kind === 'wrong') return []
        if (entry.kind === 'mark') return [{ kind: 'mark', mark: entry.mark, family: entry.family ?? family }]
        const count = Math.min(entry.count, MAX_ENTRIES_OF_GROUP)
        return Array.from({ length: count }, (_, offset) =>
          offset === 0 ? entry.first : addressAfter(entry.first, offset),
        ).flatMap((address) => (address === undefined ? [] : [at(address, entry.port)]))
      })
  }
}

function entryOf(of: KeepalivedService, target: ServiceTarget): VirtualService | undefined {
  const family = target.kind === 'mark' ? target.family : familyOf(target.address)
  const destinations = new Map<string, Destination>()
  for (const realServer of of.realServers) {
    const destination = destinationOf(realServer, target)
    if (destination === undefined) continue
    if (familyOf(destination.address) !== family && destination.method !== 'tun') continue
    const key = `${destination.address} ${destination.port}`
    // Of two that are the same once their ports are reset, keepalived takes the second out.
    if (!destinations.has(key)) destinations.set(key, destination)
  }
  // One without real servers is left out, its sorry server with it.
  if (destinations.size === 0) return undefined
  const timeout = of.persistence ?? (target.kind === 'address' && target.port === 0 ? 360 : undefined)
  const udp = target.kind === 'mark' || target.protocol === 'udp'
  return {
    target,
    scheduler: of.scheduler ?? 'wlc',
    flags: of.flags,
    persistence:
      timeout === undefined
        ? undefined
        : {
            timeout,
            granularity:
              granularityLength(of.granularity?.words[1]?.text ?? '', family) ?? addressBits(family),
            engine: of.engine === 'sip' ? 'sip' : undefined,
          },
    onePacket: of.onePacket && udp,
    destinations: [...destinations.values()],
  }
}

/** A real server as an entry of the table for a service; undefined where its address cannot be read. */
export function destinationOf(
  { address, port, weight, method, tunnel, upper, lower }: KeepalivedRealServer,
  target: ServiceTarget,
): Destination | undefined {
  if (address === undefined) return undefined
  const own = target.kind === 'mark' ? 0 : target.port
  return {
    address,
    port: method === 'nat' && target.kind === 'address' ? (port ?? own) : own,
    method,
    weight,
    upper,
    lower,
    tunnel: method === 'tun' ? (tunnel ?? { type: 'ipip', port: undefined, checksum: 'none' }) : undefined,
  }
}
