import { describe, expect, it } from 'vitest'
import { checkTopology } from '../../core/checks/check.js'
import { sceneOf } from '../../core/diagram/scene-of.js'
import { deriveCluster } from '../../core/hosts/cluster.js'
import { parseTopology } from '../../core/topology/parse.js'
import type { HostOutcomeMark } from '../../protocol/designer.js'
import { partsOf } from './parts.js'

const SHOP = `lvs: 1
name: shop
networks:
  farm: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }
hosts:
  lb1:
    role: director
    interfaces:
      eth0: { network: farm, address: 192.0.2.2 }
  rs1:
    role: real-server
    interfaces:
      eth0: { network: farm, address: 192.0.2.11 }
services:
  web:
    mode: dr
    director: lb1
    vip: 192.0.2.100
    port: 80
    scheduler: rr
    real-servers:
      rs1: { port: 8080, weight: 3 }
      gone: {}
`

function parts(text: string, outcomes: readonly HostOutcomeMark[] = []) {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return partsOf(sceneOf(cluster, checkTopology(parsed, cluster)), outcomes)
}

describe('the parts of a cluster', () => {
  it('services with their real servers, hosts and networks say what they are', () => {
    const { services, hosts, networks } = parts(SHOP)
    const said = (list: readonly { subject: { name: string }; details: readonly string[] }[]) =>
      list.map(({ subject, details }) => [subject.name, ...details].join(' · '))
    expect(said(services)).toEqual(['web · DR · 192.0.2.100:80 · rr'])
    expect(said(services[0]?.parts ?? [])).toEqual(['rs1 · 192.0.2.11:8080 · weight 3', 'gone · weight 1'])
    expect(said(hosts)).toEqual(['lb1 · director · 192.0.2.2', 'rs1 · real server · 192.0.2.11'])
    expect(said(networks)).toEqual(['farm · 192.0.2.0/24'])
  })

  it('a host says what became of it when it was last reached', () => {
    const { hosts, services } = parts(SHOP, [{ host: 'rs1', outcome: 'DRIFTED', detail: 'lo has no VIP' }])
    expect(hosts.map(({ details }) => details.at(-1))).toEqual(['192.0.2.2', 'drifted'])
    expect(services[0]?.parts[0]?.details).not.toContain('drifted')
  })

  it('what is wrong stands where it is', () => {
    const [web] = parts(SHOP).services
    expect(web?.findings.map(({ severity }) => severity)).toContain('error')
    const clean = parts(SHOP.replace('port: 8080, ', '').replace('      gone: {}\n', ''))
    expect(clean.services[0]?.findings).toEqual([])
  })
})
