import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster } from '../hosts/cluster.js'
import { observeHost } from '../hosts/observe.js'
import type { ObservedHost } from '../hosts/observe.js'
import { parseTopology } from '../topology/parse.js'
import { makePlan } from './plan.js'
import type { HostPlan, Purpose } from './plan.js'
import type { PlanStep } from './step.js'

export const clusterOf = (text: string) => deriveCluster(parseTopology(text).topology)
export const sample = (mode: string) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')
export const digest = (text: string) => text

/** A host as its probe would show it, with the drawn addresses and nothing deployed. */
export function fresh(cluster: Cluster, name: string, extra = ''): string {
  const host = cluster.hosts.get(name)
  const links = [...(host?.before.interfaces.values() ?? [])]
  const linkLines = links.map(
    ({ name: link, mtu }, index) =>
      `${index + 1}: ${link}${link === 'lo' ? '' : '@if9'}: <${link === 'lo' ? 'LOOPBACK' : 'BROADCAST,MULTICAST'},UP,LOWER_UP> mtu ${mtu} qdisc noqueue\\    link/ether 02:00:00:00:00:0${index} brd ff:ff:ff:ff:ff:ff`,
  )
  const addressLines = links.flatMap(({ name: link, addresses }, index) =>
    addresses.map(
      ({ address, prefix }) =>
        `${index + 1}: ${link}    inet${address.includes(':') ? '6' : ''} ${address}/${prefix} scope global ${link}\\       valid_lft forever preferred_lft forever`,
    ),
  )
  const routes = (family: number) =>
    (host?.before.routes ?? [])
      .filter((route) => route.family === family && route.via !== undefined)
      .map(({ via }) => `default via ${via ?? ''} dev eth0 ${family === 6 ? 'metric 1024 pref medium' : ''}`)
  return [
    '== facts',
    'uid 0',
    'kernel 6.1.0',
    'ssh 10.254.0.2 40000 10.254.0.10 22',
    'tools ip ipvsadm nft modprobe flock setsid curl bash ss keepalived base64 mount',
    '== modules',
    ...['ip_vs', 'ip_vs_rr', 'ipip', 'ip6_tunnel'].map((module) => `${module} absent`),
    '== sysctl',
    'net.ipv4.ip_forward\t0',
    'net.ipv6.conf.all.forwarding\t0',
    'net.ipv4.conf.all.arp_ignore\t0',
    'net.ipv4.conf.all.arp_announce\t0',
    '== link',
    ...linkLines,
    '8: mgmt0@if3: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue\\    link/ether 02:00:00:00:00:99 brd ff:ff:ff:ff:ff:ff',
    '== address',
    ...addressLines,
    '8: mgmt0    inet 10.254.0.10/16 scope global mgmt0\\       valid_lft forever preferred_lft forever',
    '== route4',
    ...routes(4),
    '== route6',
    ...routes(6),
    extra,
    '== end',
  ].join('\n')
}

export function observeAll(
  cluster: Cluster,
  extra: Readonly<Record<string, string>> = {},
): Map<string, ObservedHost> {
  return new Map(
    [...cluster.hosts.keys()].map((name) => [name, observeHost(name, fresh(cluster, name, extra[name]))]),
  )
}

export function hostPlan(
  cluster: Cluster,
  host: string,
  observed = observeAll(cluster),
  purpose: Purpose = 'apply',
): HostPlan {
  const plan = makePlan(cluster, observed, { purpose, digest })
  expect(plan.refusals).toEqual([])
  const found = plan.hosts.find((each) => each.host === host)
  if (found === undefined) throw new Error(`no plan for ${host}`)
  return found
}

export const brief = ({ stage, kind, key, before, after }: PlanStep) =>
  `${stage} ${kind} ${key}: ${before} -> ${after}`
