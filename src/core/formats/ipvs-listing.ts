import { destinationKey, parseAddressAndPort, targetOptions } from './ipvsadm.js'
import type { ServiceTarget, VirtualService } from './ipvs-table.js'

/**
 * Lines of `ipvsadm -L -n`, whatever columns were asked for: the numbers of each service by its `targetOptions`, and of each
 * destination, which stands below its service (`  -> 10.0.0.11:80  100  80  0  0`), by its `destinationKey`.
 */
export function readListing(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const figures = new Map<string, readonly number[]>()
  let target: ServiceTarget | undefined
  for (const line of lines) {
    const [first = '', second = '', ...rest] = line.trim().split(/\s+/)
    if (first === '->') {
      const at = parseAddressAndPort(second)
      if (target !== undefined && at !== undefined) figures.set(destinationKey(target, at), rest.map(Number))
      continue
    }
    target = targetOf(first, second, rest[0] === 'IPv6')
    if (target === undefined) continue
    const numbers = rest[0] === 'IPv6' ? rest.slice(1) : rest
    figures.set(targetOptions(target), numbers.map(Number))
  }
  return figures
}

const PROTOCOL = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const

function targetOf(word: string, which: string, six: boolean): ServiceTarget | undefined {
  if (word === 'FWM') return { kind: 'mark', mark: Number(which), family: six ? 6 : 4 }
  if (word !== 'TCP' && word !== 'UDP' && word !== 'SCTP') return undefined
  const at = parseAddressAndPort(which)
  return at === undefined ? undefined : { kind: 'address', protocol: PROTOCOL[word], ...at }
}

/** The thresholds of a table: the save format loses them, so they are read from `ipvsadm -L -n --thresholds`. */
export function withThresholds(
  services: readonly VirtualService[],
  listing: ReadonlyMap<string, readonly number[]>,
): VirtualService[] {
  return services.map((service) => ({
    ...service,
    destinations: service.destinations.map((destination) => {
      const [upper, lower] = listing.get(destinationKey(service.target, destination)) ?? []
      return upper === undefined || lower === undefined ? destination : { ...destination, upper, lower }
    }),
  }))
}
