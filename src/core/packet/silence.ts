import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Flight, OpenHop } from './flight.js'
import { note } from './flight.js'

/**
 * Whether a host that has redirected a sender says nothing of the end of its packet: for a second after a redirect there is no
 * error to the same address (route.c `ip_rt_send_redirect`, inetpeer.c `inet_peer_xrlim_allow`). `once` is how it is of one
 * packet alone. Who sends again is redirected again, ever more rarely, so when an error comes through is chance; over IPv6 the
 * limit is another one for both.
 */
export function isSilenced(flight: Flight, hop: OpenHop, sender: IpAddress, once: boolean): boolean {
  const { redirects, request, leg, chance } = flight
  if (!redirects.some(({ router, sender: told }) => router === hop.host && told === sender)) return false
  const sendsAgain = familyOf(sender) === 4 && request.protocol !== 'udp' && leg === 'request'
  const silenced = sendsAgain ? chance.choose([once, !once]) : once
  if (silenced) {
    note(
      hop,
      'icmp',
      say`${hop.host.name} tells ${sender} nothing of it, this time: for a second after a redirect there is no error to the same address`,
    )
  }
  return silenced
}
