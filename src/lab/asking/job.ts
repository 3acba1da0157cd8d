import type { IpAddress } from '../../core/topology/address.js'
import type { LabSpec } from '../spec.js'
import { switchedInterfaces } from '../wiring.js'
import type { SwitchedInterface } from '../wiring.js'

/** One request from a host of the lab to wherever a service should be. */
export interface LabRequest {
  /** A host of the lab. */
  readonly client: string
  /** What the demo service speaks. */
  readonly protocol: 'tcp' | 'udp'
  readonly address: IpAddress
  readonly port: number
}

export interface Asking {
  /** One after the other. */
  readonly requests: readonly LabRequest[]
  /** The hosts whose IPVS is looked at. */
  readonly tables: readonly string[]
  /** UDP ports at which GUE is unpacked: by nothing else is it told from other datagrams. */
  readonly guePorts: readonly number[]
}

export interface AskingJob {
  /** Lines as guest/ask.pl reads them. */
  readonly text: string
  /** By the number results give a port. */
  readonly ports: readonly SwitchedInterface[]
  readonly guePorts: readonly number[]
}

/** Bytes each way over TCP: segments of full size, so that what does not fit is seen. */
const BYTES = 20_000

export function askingJob(spec: LabSpec, { requests, tables, guePorts }: Asking): AskingJob {
  const ports = switchedInterfaces(spec)
  const lines = [
    ...ports.map(({ device }, number) => `port ${number} ${device}`),
    ...spec.hosts.map(({ name }) => `host ${name}`),
    ...tables.map((name) => `table ${name}`),
    ...requests.map(
      ({ client, protocol, address, port }) =>
        `request ${client} ${protocol} ${address} ${port} ${BYTES} ${BYTES}`,
    ),
  ]
  return { text: lines.map((line) => `${line}\n`).join(''), ports, guePorts }
}
