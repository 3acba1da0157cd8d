import { said, say, toSay } from '../../speech/say.js'
import type { Mode } from '../../topology/types.js'
import { hasAddress, placesOf } from '../../hosts/observed-cluster.js'
import { byHost, deliveries } from '../deliveries.js'
import type { Delivery } from '../deliveries.js'
import { atHost, unpackingOn } from '../found.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const drVipMissing: Rule = {
  code: 'DR-VIP-MISSING',
  severity: 'error',
  title: 'A real server of a DR service does not have the VIP',
  why: 'Clients that are given this real server wait until they give up, while its health checks, which ask its own address, stay green.',
  kernel:
    'The director changes the MAC address only, so the packet arrives with the VIP as destination. A host that does ' +
    'not have that address drops it, or forwards it if it is a router (ip_input.c, ip_rcv_finish; route.c, ip_route_input_slow).',
  mend: 'Give the real server the VIP on lo, as /32 (IPv6: /128), after the ARP settings: "lvs-designer apply" does it in that order.',
  source: 'net/ipv4/route.c (Linux 6.1)',
  needs: 'observed',
  explains: ['VIP_NOT_ON_REAL_SERVER'],
  check: missingVipCheck('dr', toSay`on lo`),
}

/** A real server that was looked at and does not take requests for a VIP as its own. */
export function missingVipCheck(mode: Mode, where: string): Rule['check'] {
  return (cluster, report) => {
    const missing = deliveries(cluster).filter(
      (delivery) =>
        delivery.mode === mode &&
        !delivery.local &&
        delivery.host.observed !== undefined &&
        !hasAddress(delivery.host, delivery.vip) &&
        !isOnDownTunnel(delivery),
    )
    for (const [host, ofHost] of byHost(missing)) {
      const down = ofHost.flatMap(({ vip }) =>
        placesOf(host.state, vip).flatMap(({ interface: { name, up } }) => (up ? [] : [name])),
      )
      report(
        atHost(host),
        say`${host.name} does not have ${listed(ofHost.map(({ vip }) => vip))}, the VIP of ${quoted(ofHost.map(({ service }) => service.name))}, so it drops the requests it is given${down.length === 0 ? say`; the VIP belongs ${said(where)}` : say`: ${listed(down)}, where it is, is down`}`,
      )
    }
  }
}

/** TUN-DECAP speaks: with the device up the VIP is there. */
function isOnDownTunnel(delivery: Delivery): boolean {
  if (delivery.mode !== 'tun') return false
  const { name } = unpackingOn(delivery).device
  const device = delivery.host.state.interfaces.get(name)
  return device?.up === false && device.addresses.some(({ address }) => address === delivery.vip)
}
