import type { IpAddress, Subnet } from '../topology/address.js'
import type { Mode, Position, Protocol, Role } from '../topology/types.js'
import type { Named } from '../topology/edit.js'
import type { Path } from '../topology/path.js'
import type { Range } from '../topology/position.js'
import type { Severity } from '../topology/problem.js'

/** Something on the drawing that has a name. */
export interface Subject {
  readonly what: Named
  readonly name: string
}

/**
 * What is drawn of a topology, as plain data: no maps, no functions, so that it travels as JSON. Everything stands in
 * the order of the file.
 */
export interface Scene {
  readonly name: string | undefined
  readonly hosts: readonly SceneHost[]
  readonly networks: readonly SceneNetwork[]
  readonly services: readonly SceneService[]
  readonly findings: readonly SceneFinding[]
}

export interface SceneHost {
  readonly name: string
  readonly role: Role | undefined
  readonly interfaces: readonly SceneInterface[]
  /** VIPs that live here once deployed, and on which device: the director's NIC, `lo`, `tunl0`. */
  readonly vips: readonly { readonly address: IpAddress; readonly interface: string }[]
  /** Where a person put it. */
  readonly at: Position | undefined
}

export interface SceneInterface {
  readonly name: string
  /** A network of the drawing; undefined where the file names none, or one there is not. */
  readonly network: string | undefined
  readonly addresses: readonly IpAddress[]
}

export interface SceneNetwork {
  readonly name: string
  readonly subnets: readonly Subnet[]
  readonly gateways: readonly IpAddress[]
  readonly at: Position | undefined
  /** As a person drew it; it is never shorter than what hangs on it. */
  readonly length: number | undefined
}

export interface SceneService {
  readonly name: string
  readonly mode: Mode | undefined
  readonly vip: IpAddress | undefined
  /** `192.0.2.100:80`, `mark 17`; undefined where the file says neither. */
  readonly target: string | undefined
  readonly protocol: Protocol
  readonly scheduler: string
  /** As the file names them, preferred first; drawn or not. */
  readonly directors: readonly string[]
  readonly realServers: readonly SceneRealServer[]
  readonly at: Position | undefined
}

export interface SceneRealServer {
  readonly host: string
  /** Its own, else the service's. */
  readonly mode: Mode | undefined
  readonly weight: number
  /** Where it is not the service's. */
  readonly port: number | undefined
}

export interface SceneFinding {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly path: Path
  readonly range: Range
  /** What carries its badge; empty for the file as a whole. */
  readonly subjects: readonly Subject[]
  /** Titles of what would mend it, in the order of the finding's fixes. */
  readonly fixes: readonly string[]
}
