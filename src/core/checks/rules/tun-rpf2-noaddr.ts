import { say } from '../../speech/say.js'
import { familyOf } from '../../topology/address.js'
import { effectiveSetting } from '../../hosts/sysctl.js'
import { byHost, deliveries } from '../deliveries.js'
import { atHost, unpackingOn } from '../found.js'
import type { Rule } from '../rule.js'
import { listed, quoted } from '../wording.js'

export const tunLooseWithoutAddress: Rule = {
  code: 'TUN-RPF2-NOADDR',
  severity: 'error',
  title: 'A tunnel device without an address, and reverse path filtering on it',
  why: 'Requests arrive in the tunnel and vanish after they are unpacked, although rp_filter is loose; clients wait until they give up.',
  kernel:
    'On a device without an IPv4 address even the loose filter has nothing to hold the source against and drops ' +
    '(fib_frontend.c, __fib_validate_source: no_addr, last_resort). systemd sets rp_filter to 2 for every device.',
  mend: 'Put the VIP on the tunnel device instead of lo, as "lvs-designer apply" does, or set rp_filter to 0 on both all and the device.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1)',
  needs: 'observed',
  explains: ['RP_FILTER_DROP'],
  check: (cluster, report) => {
    const dropping = deliveries(cluster).flatMap((delivery) => {
      const { mode, local, host, vip } = delivery
      if (mode !== 'tun' || local || host.observed === undefined || familyOf(vip) !== 4) return []
      const device = host.state.interfaces.get(unpackingOn(delivery).device.name)
      if (device?.up !== true || device.addresses.some(({ address }) => familyOf(address) === 4)) return []
      return effectiveSetting(host.state, 'rp_filter', device.name) === 2
        ? [{ host, device: device.name, service: delivery.service.name }]
        : []
    })
    for (const [host, ofHost] of byHost(dropping)) {
      report(
        atHost(host),
        say`${host.name} has no IPv4 address on ${listed(ofHost.map(({ device }) => device))} and rp_filter 2 there, so it drops the requests of ${quoted(ofHost.map(({ service }) => service))} after they are unpacked`,
      )
    }
  },
}
