import { toSay } from '../speech/say.js'
import type { Mode } from '../topology/types.js'

/** What each forwarding method asks of any drawing. */
export const MODE_NEEDS: Readonly<Record<Mode, readonly string[]>> = {
  nat: [
    toSay`Every reply comes back through the director, which alone can put the VIP back as its source: the real servers’ default gateway is the director’s address on their network.`,
    toSay`The director forwards packets: net.ipv4.ip_forward=1, for IPv6 net.ipv6.conf.all.forwarding=1.`,
    toSay`Clients are not on the real servers’ own segment, where replies would reach them past the director.`,
    toSay`A real server may listen on another port than the service’s. The director carries both directions, which bounds the throughput.`,
  ],
  tun: [
    toSay`Every real server can unpack the tunnel (ipip, gre or gue), and its rp_filter is loose on the tunnel device.`,
    toSay`The VIP lives on the tunnel device of every real server, which listens on it at the service’s own port: no port is rewritten.`,
    toSay`The director has a route to every real server, wherever it is. One on the VIP’s own segment must not answer ARP for the VIP.`,
    toSay`The path carries the outer header too: of 1500 bytes ipip leaves 1480. Replies go straight to the client, with the VIP as source, which the networks on the way must let pass.`,
  ],
  dr: [
    toSay`Director and real servers share one L2 segment, since only the destination MAC address is rewritten.`,
    toSay`The VIP lives on lo of every real server, which does not answer ARP for it: arp_ignore=1 and arp_announce=2. IPv6 needs no sysctl.`,
    toSay`Every real server listens on the VIP at the service’s own port: no port is rewritten.`,
    toSay`Replies go straight to the client: the real servers’ default gateway is a router, not the director, which drops packets from its own VIP.`,
  ],
}
