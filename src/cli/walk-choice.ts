import { clientsOf } from '../core/hosts/clients.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { SORRY } from '../core/packet/sorry.js'
import type { WalkWishes } from '../core/packet/walk-cluster.js'
import { similarNames } from '../core/topology/names.js'
import type { Arguments } from './arguments.js'
import { UsageError } from './io.js'

/** Which walks are asked for; names that are not in the file are refused with those that are. */
export function chosenWalks(args: Arguments, cluster: Cluster, file: string): WalkWishes {
  if (cluster.services.length === 0) {
    throw new UsageError(`${file} has no service, so there is nothing to ask for`)
  }
  const service = args.value('service')
  const names = cluster.services.map(({ name }) => name)
  if (service !== undefined && !names.includes(service)) throw unknownName('service', service, file, names)
  const services = cluster.services.filter(({ name }) => service === undefined || name === service)
  const where = service === undefined ? file : `"${service}"`
  const client = args.value('client')
  const clients = new Set(services.flatMap((each) => clientsOf(cluster, each).map(({ name }) => name)))
  if (client !== undefined && !clients.has(client)) throw unknownName('client', client, where, clients)
  const realServer = args.value('real-server')
  const realServers = new Set(
    services.flatMap(({ realServers: own, drawn }) => [
      ...own.map(({ name }) => name),
      ...(drawn.sorryServer === undefined ? [] : [SORRY]),
    ]),
  )
  if (realServer !== undefined && !realServers.has(realServer)) {
    throw unknownName('real server', realServer, where, realServers)
  }
  return {
    ...(service === undefined ? {} : { service }),
    ...(client === undefined ? {} : { client }),
    ...(realServer === undefined ? {} : { realServer }),
  }
}

/** Names that fit on a line or two. */
const MOST_NAMED = 12

function unknownName(what: string, name: string, where: string, known: Iterable<string>): UsageError {
  const all = [...known]
  if (all.length === 0) return new UsageError(`${where} has no ${what} "${name}", and no other`)
  const [meant] = similarNames(name, all)
  const named = all.slice(0, MOST_NAMED)
  const more = all.length - named.length
  const list = `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
  const there = `${all.length === 1 ? 'is' : 'are'} ${list}`
  return new UsageError(
    meant === undefined
      ? `${where} has no ${what} "${name}"; there ${there}`
      : `${where} has no ${what} "${name}"; did you mean ${meant}? There ${there}`,
  )
}
