import { stringify } from 'yaml'

/** A topology as plain data, in the words of its file, so that a test can take parts away and write it again. */
export interface Drawing {
  lvs: 1
  name: string
  networks: Record<string, DrawnNetwork>
  hosts: Record<string, DrawnHost>
  services: Record<string, DrawnService>
  manage?: { director: 'keepalived' }
  vrrp?: { id: number; network: string; 'inside-vip'?: string }
}
export interface DrawnNetwork {
  subnet: string[]
  gateway?: string[]
  mtu?: number
}
export interface DrawnHost {
  role: 'client' | 'router' | 'director' | 'real-server'
  interfaces: Record<string, { network: string; address: string[]; mtu?: number }>
  gateway?: string[]
  routes?: { to: string; via?: string; interface?: string }[]
  sysctls?: Record<string, number>
  listens?: { address?: string; port: number; protocol?: 'tcp' | 'udp' | 'sctp' }[]
  drops?: { protocol?: string; port?: number; chain?: 'input' | 'forward'; state?: 'invalid' }[]
}
export interface DrawnService {
  mode: 'nat' | 'tun' | 'dr'
  /** Of a pair the preferred one first. */
  director: string | string[]
  vip: string
  protocol?: 'tcp' | 'udp' | 'sctp'
  port?: number
  mark?: number
  ports?: number[]
  scheduler: string
  flags?: string[]
  persistence?: { timeout: number }
  masquerade?: boolean
  'one-packet'?: boolean
  tunnel?: DrawnTunnel
  'real-servers': Record<string, DrawnRealServer>
}
export interface DrawnTunnel {
  type: 'ipip' | 'gre' | 'gue'
  port?: number
  checksum?: 'none' | 'csum' | 'remcsum'
}
export interface DrawnRealServer {
  port?: number
  weight?: number
  mode?: 'nat' | 'tun' | 'dr'
  address?: string
  thresholds?: { upper: number }
}

export function textOf(drawing: Drawing): string {
  return stringify(drawing, { aliasDuplicateObjects: false, lineWidth: 0 })
}
