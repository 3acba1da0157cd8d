import { parseAddress } from '../../src/core/topology/address.js'
import type { IpAddress } from '../../src/core/topology/address.js'
import type { CasePatch } from './case.js'
import { addressIn } from './generate.js'
import type { Sketch } from './generate.js'
import { hasRouter } from './generate-pins.js'

/** One or two things that are otherwise than a deployment leaves them, which pins alone cannot say. */
export function generatedPatches(sketch: Sketch, vip: string): CasePatch[] {
  const count = sketch.random.chance(0.7) ? 1 : 2
  return Array.from({ length: count }, () => one(sketch, known(vip)))
}

function one(sketch: Sketch, vip: IpAddress): CasePatch {
  const { random, family, drawing, mode, focus } = sketch
  const { chance, pick } = random
  const prefix = family === 4 ? 32 : 128
  const realServers = Object.keys(drawing.hosts).filter((name) => name.startsWith('rs'))
  const host = realServers.length === 0 ? 'lb' : pick(realServers)
  const names = Object.keys(drawing.hosts)
  const onPrefix = (name: string): CasePatch => ({
    kind: 'address',
    host: name,
    interface: 'eth0',
    address: vip,
    prefix: chance(0.8) ? prefix : family === 4 ? 24 : 64,
  })
  const gateway = () => {
    const place = drawing.hosts[host]?.interfaces['eth0']?.network
    const here = place === 'back' || place === 'remote' ? place : 'front'
    const gateways = [...(here === 'remote' ? [] : [2]), ...(hasRouter(sketch, here) ? [254] : [])]
    return known(addressIn(here, family, pick(gateways)))
  }
  const makers: readonly (() => CasePatch)[] = [
    () => ({ kind: 'no-address', host, address: vip }),
    () => ({ kind: 'no-address', host: 'lb', address: vip }),
    () => onPrefix(host),
    () => ({
      kind: 'address',
      host,
      interface: 'lo',
      address: vip,
      prefix: chance(0.8) ? prefix : family === 4 ? 24 : 64,
    }),
    () => ({ kind: 'sysctl', host, key: 'net.ipv4.conf.all.arp_ignore', value: undefined }),
    () => ({ kind: 'sysctl', host, key: 'net.ipv4.conf.all.arp_announce', value: undefined }),
    () => ({
      kind: 'sysctl',
      host: 'lb',
      key: family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding',
      value: '0',
    }),
    () => ({ kind: 'default-route', host, family, via: undefined }),
    () => ({ kind: 'default-route', host, family, via: gateway() }),
    () => ({ kind: 'link', host, interface: mode === 'tun' ? tunnelDevice(family) : 'eth0', up: false }),
    () => ({ kind: 'no-service', host: 'lb' }),
    () => ({ kind: 'no-destination', host: 'lb', index: 0 }),
    () => ({ kind: 'weight', service: 'web', realServer: host, weight: 0 }),
    () => ({ kind: 'listens', host, listens: [{ port: 81, address: undefined, protocol: 'tcp' }] }),
    () => ({ kind: 'listens', host, listens: [] }),
    () => ({ kind: 'mtu', host: pick(names), interface: 'eth0', mtu: 1300 }),
    () => ({
      kind: 'drop',
      host: pick(names),
      drop: {
        protocol: pick(['tcp', 'icmp', 'ipip']),
        port: undefined,
        chain: pick(['input', 'forward', undefined]),
        state: undefined,
      },
    }),
    () => ({ kind: 'sysctl', host, key: 'net.ipv4.conf.tunl0.rp_filter', value: '1' }),
    () => ({ kind: 'sysctl', host, key: 'net.ipv4.conf.all.rp_filter', value: pick(['1', '2']) }),
    () => ({ kind: 'sysctl', host: 'lb', key: 'net.ipv4.conf.all.accept_local', value: '1' }),
  ]
  if (focus === 'tunnel' && chance(0.5))
    return { kind: 'link', host, interface: tunnelDevice(family), up: false }
  return pick(makers)()
}

function tunnelDevice(family: 4 | 6): string {
  return family === 4 ? 'tunl0' : 'ip6tnl0'
}

function known(text: string): IpAddress {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`'${text}' is no address`)
  return address
}
