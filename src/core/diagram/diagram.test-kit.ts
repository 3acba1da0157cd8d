import { readFileSync } from 'node:fs'
import { checkTopology } from '../checks/check.js'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import type { Scene } from './scene.js'
import { sceneOf } from './scene-of.js'

export function sceneFrom(text: string): Scene {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return sceneOf(cluster, checkTopology(parsed, cluster))
}

export function sample(mode: 'nat' | 'tun' | 'dr'): string {
  return readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')
}

/** A cluster with so many real servers on one network. */
export function farmText(count: number): string {
  const hosts = Array.from({ length: count }, (_, index) => {
    const address = `10.${(index >> 16) & 255}.${((index + 256) >> 8) & 255}.${index & 255}`
    return `  rs${index + 1}: { role: real-server, interfaces: { eth0: { network: back, address: ${address} } } }`
  })
  const servers = Array.from({ length: count }, (_, index) => `      rs${index + 1}: {}`)
  return `lvs: 1
name: farm
networks:
  front: { subnet: 192.0.2.0/24 }
  back: { subnet: 10.0.0.0/8 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  lb1: { role: director, interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.255.0.1 } } }
${hosts.join('\n')}
services:
  web:
    mode: nat
    director: lb1
    vip: 192.0.2.100
    port: 80
    real-servers:
${servers.join('\n')}
`
}
