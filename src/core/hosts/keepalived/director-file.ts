import { block, statement, writeKeepalived } from '../../formats/keepalived/writing.js'
import type { Statement, WrittenKeepalived } from '../../formats/keepalived/writing.js'
import { FAMILIES, familyOf } from '../../topology/address.js'
import type { Topology } from '../../topology/types.js'
import type { ServiceModel } from '../services.js'
import { virtualServer } from './virtual-servers.js'
import { addressLine, instanceName, movingAddresses, vrrpInterface, vrrpStatements } from './vrrp.js'

/** Where keepalived looks for its configuration, on every distribution. */
export const KEEPALIVED_CONF = '/etc/keepalived/keepalived.conf'

/** The configuration of a director, before it is text. */
export interface DirectorConfiguration {
  readonly statements: readonly Statement[]
  readonly written: WrittenKeepalived
}

/**
 * What keepalived is told on a director; undefined where it has no service, or is not managed by it. Total: what the
 * drawing does not say is left out, and the checks speak of it.
 */
export function directorConfiguration(
  topology: Topology,
  services: readonly ServiceModel[],
  host: string,
): DirectorConfiguration | undefined {
  if (topology.manage.director !== 'keepalived') return undefined
  const own = services.flatMap((service) => onDirector(service, host) ?? [])
  const servers = own.flatMap((service) => virtualServer(service, topology.manage.scriptUser) ?? [])
  if (servers.length === 0) return undefined
  const cluster = topology.name ?? 'unnamed'
  const pair = own.find(({ drawn }) => drawn.directors.length > 1)?.drawn.directors
  const peer = pair?.find((name) => name !== host)
  const statements = [
    globals(topology, own, host, peer !== undefined),
    ...(peer === undefined
      ? staticAddresses(own)
      : vrrpStatements(topology, movingAddresses(own), {
          cluster,
          host,
          peer,
          // The service as the backup sees it has the directors the other way round.
          preferred: services.some(({ director, drawn }) => director === host && drawn.directors.length > 1),
        })),
    ...servers,
  ]
  const heading = [
    `${host}, a director of the LVS cluster ${cluster}. Made from its drawing by LVS Designer:`,
    'changes belong there, and are lost here with the next deployment.',
  ]
  return { statements, written: writeKeepalived(statements, heading) }
}

/** The service as this director has it: as the active one, as the backup, or not at all. */
function onDirector(service: ServiceModel, host: string): ServiceModel | undefined {
  if (service.director === host) return service
  return service.onBackup?.director === host ? service.onBackup : undefined
}

function globals(
  topology: Topology,
  services: readonly ServiceModel[],
  host: string,
  paired: boolean,
): Statement {
  const { vrrp, manage } = topology
  const scripts = services.some(({ drawn }) => drawn.health?.type === 'script')
  const where = vrrpInterface(topology, host)
  const addresses = movingAddresses(services)
  const [first] = FAMILIES.filter((family) => addresses.some(({ address }) => familyOf(address) === family))
  const syncing = paired && vrrp?.sync === true && where !== undefined && first !== undefined
  return block(
    ['global_defs'],
    [
      statement('router_id', host),
      // A file that is wrong must not take down what runs. At a script of a user who is not root this test of keepalived 2.2.7
      // ends itself by SIGTERM, also in a file that is right, and keepalived then never reads a new one.
      ...(scripts
        ? [statement('enable_script_security'), statement('script_user', manage.scriptUser)]
        : [statement('reload_check_config')]),
      ...(syncing
        ? [
            statement(
              'lvs_sync_daemon',
              where,
              instanceName(topology.name ?? 'unnamed', first),
              ...(vrrp.id === undefined ? [] : ['id', vrrp.id]),
            ),
          ]
        : []),
    ],
  )
}

function staticAddresses(services: readonly ServiceModel[]): Statement[] {
  const addresses = movingAddresses(services)
  return addresses.length === 0 ? [] : [block(['static_ipaddress'], addresses.map(addressLine))]
}
