import type { Rule } from './rule.js'
import { unknownHost } from './rules/ref-host.js'
import { unknownNetwork } from './rules/ref-network.js'
import { hostRole } from './rules/role.js'
import { serviceTarget } from './rules/svc-target.js'
import { realServerAddress } from './rules/rs-address.js'
import { realServerUnicast } from './rules/rs-addr.js'
import { mixedFamilies } from './rules/tun-fam.js'
import { addressSubnet } from './rules/addr-subnet.js'
import { addressDuplicate } from './rules/addr-dup.js'
import { macDuplicate } from './rules/mac-dup.js'
import { subnetOverlap } from './rules/subnet-overlap.js'
import { gatewaySubnet } from './rules/gw-subnet.js'
import { gatewayAmbiguous } from './rules/gw-ambiguous.js'
import { vipOfHost } from './rules/vip-host.js'
import { vipRoute } from './rules/vip-route.js'
import { duplicateService } from './rules/dup-vs.js'
import { duplicateRealServer } from './rules/dup-rs.js'
import { notYet } from './rules/not-yet.js'
import { healthManager } from './rules/health-manager.js'
import { clientRoute } from './rules/client-route.js'
import { realServerRoute } from './rules/rs-route.js'
import { replyRoute } from './rules/reply-route.js'
import { serviceFirewall } from './rules/fw-service.js'
import { natForwarding } from './rules/nat-fwd.js'
import { natForwarding6 } from './rules/nat-fwd6.js'
import { natGateway } from './rules/nat-gw.js'
import { natOnLink } from './rules/nat-onlink.js'
import { natRedirects } from './rules/nat-redir.js'
import { natOnePacket } from './rules/nat-ops.js'
import { natBind } from './rules/nat-bind.js'
import { natMany } from './rules/nat-n.js'
import { drSegment } from './rules/dr-l2.js'
import { drPort } from './rules/dr-port.js'
import { drArp } from './rules/dr-arp.js'
import { drArpLo } from './rules/dr-arp-lo.js'
import { drArpEth } from './rules/dr-arp-eth.js'
import { drArp3 } from './rules/dr-arp3.js'
import { drArp8 } from './rules/dr-arp8.js'
import { dr6Advertisement } from './rules/dr6-na.js'
import { drAnnounce } from './rules/dr-announce.js'
import { drGateway } from './rules/dr-gw.js'
import { drReversePath } from './rules/dr-rpf.js'
import { drBind } from './rules/dr-bind.js'
import { tunDecapsulation } from './rules/tun-decap.js'
import { tunPort } from './rules/tun-port.js'
import { tunArp } from './rules/tun-arp.js'
import { tunReversePath } from './rules/tun-rpf.js'
import { tunFirewall } from './rules/tun-fw.js'
import { noRealServers } from './rules/nors.js'
import { schedulerByDestination } from './rules/sched-dst.js'
import { schedulerWeights } from './rules/sched-w.js'
import { onePacketUdp } from './rules/ops-udp.js'
import { persistAllPorts } from './rules/persist0.js'
import { thresholds } from './rules/thresh.js'

/** Every rule about a cluster, in the order documentation shows them: the file first, then what it means. */
export const RULES: readonly Rule[] = [
  unknownHost,
  unknownNetwork,
  hostRole,
  serviceTarget,
  realServerAddress,
  realServerUnicast,
  mixedFamilies,
  addressSubnet,
  addressDuplicate,
  macDuplicate,
  subnetOverlap,
  gatewaySubnet,
  gatewayAmbiguous,
  vipOfHost,
  vipRoute,
  duplicateService,
  duplicateRealServer,
  notYet,
  healthManager,
  clientRoute,
  realServerRoute,
  replyRoute,
  serviceFirewall,
  natForwarding,
  natForwarding6,
  natGateway,
  natOnLink,
  natRedirects,
  natOnePacket,
  natBind,
  natMany,
  drSegment,
  drPort,
  drArp,
  drArpLo,
  drArpEth,
  drArp3,
  drArp8,
  dr6Advertisement,
  drAnnounce,
  drGateway,
  drReversePath,
  drBind,
  tunDecapsulation,
  tunPort,
  tunArp,
  tunReversePath,
  tunFirewall,
  noRealServers,
  schedulerByDestination,
  schedulerWeights,
  onePacketUdp,
  persistAllPorts,
  thresholds,
]
