import type { Rule } from './rule.js'
import { unknownHost } from './rules/ref-host.js'
import { unknownNetwork } from './rules/ref-network.js'
import { interfaceNetwork } from './rules/iface-network.js'
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
import { arpIgnore2 } from './rules/arp-ignore2.js'
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
import { tunGue } from './rules/tun-gue.js'
import { tunChecksum } from './rules/tun-csum.js'
import { tunUdpPort } from './rules/tun-udp-port.js'
import { tunGreMix } from './rules/tun-gre-mix.js'
import { noRealServers } from './rules/nors.js'
import { schedulerByDestination } from './rules/sched-dst.js'
import { schedulerWeights } from './rules/sched-w.js'
import { onePacketUdp } from './rules/ops-udp.js'
import { persistAllPorts } from './rules/persist0.js'
import { thresholds } from './rules/thresh.js'
import { vipOfDirectors } from './rules/svc-vip-director.js'
import { pairSize } from './rules/pair-size.js'
import { pairManager } from './rules/pair-manager.js'
import { pairVrrp } from './rules/pair-vrrp.js'
import { pairNetwork } from './rules/pair-network.js'
import { vrrpIdentifier } from './rules/ha-vrid.js'
import { vipRouteOfPair } from './rules/ha-vip-route.js'
import { natPairInside } from './rules/ha-nat-sync.js'
import { backupLoop } from './rules/ha-loop.js'
import { backupOnly } from './rules/ha-backuponly.js'
import { tunnelSync } from './rules/tun-sync.js'
import { vrrpAuthentication } from './rules/vrrp-auth.js'
import { vrrpInterval } from './rules/vrrp-advert.js'
import { vrrpFirewall } from './rules/fw-vrrp.js'
import { syncFirewall } from './rules/sync.js'
import { sorryAddress } from './rules/sorry-addr.js'
import { sorryOnly } from './rules/sorry-only.js'
import { checkOfRip } from './rules/check-rip.js'
import { checkKeys } from './rules/check-keys.js'
import { checkPath } from './rules/check-path.js'
import { checkType } from './rules/check-type.js'
import { checkScript } from './rules/check-script.js'
import { checkText } from './rules/check-text.js'
import { quorumWeight } from './rules/quorum-weight.js'
import { noDestination } from './rules/nodest.js'
import { proxyArp } from './rules/proxyarp.js'
import { tunnelKernel } from './rules/tun-kernel.js'
import { markSetElsewhere } from './rules/fwmark.js'
import { markPorts } from './rules/mark-ports.js'
import { schedulerAvailable } from './rules/sched-avail.js'
import { schedulerTwos } from './rules/sched-twos.js'
import { schedulerFlags } from './rules/sched-flags.js'
import { schedulerHash } from './rules/sched-hash.js'
import { schedulerFallback } from './rules/sched-fallback.js'
import { schedulerOverflow } from './rules/sched-ovf.js'
import { weight } from './rules/weight.js'
import { natConntrack } from './rules/nat-ct.js'
import { drFirewall } from './rules/dr-fw.js'
import { neighbourFirewall } from './rules/fw-nd.js'
import { sizeFirewall } from './rules/fw-pmtu.js'
import { halfSeenFirewall } from './rules/fw-half.js'
import { forwardFirewall } from './rules/fw-forward.js'
import { dropsEverything } from './rules/drop-all.js'
import { dropPort } from './rules/drop-port.js'
import { natLoopback } from './rules/nat-loop127.js'
import { masqueradedClients } from './rules/masq-client.js'
import { masqueradeConntrack } from './rules/masq-ct.js'
import { masqueradeOfNat } from './rules/masq-nat.js'
import { natFtp } from './rules/nat-ftp.js'
import { natUnicastReversePath } from './rules/nat-urpf.js'
import { drUnicastReversePath } from './rules/dr-urpf.js'
import { tunUnicastReversePath } from './rules/tun-urpf.js'
import { requestReversePath } from './rules/request-rpf.js'
import { tunnelMtu } from './rules/tun-mtu.js'
import { mtuOfLink } from './rules/mtu-link.js'
import { mtuOfIpv6 } from './rules/mtu-ipv6.js'
import { vlanDuplicate } from './rules/vlan-dup.js'
import { vlanName } from './rules/vlan-name.js'
import { vlanParent } from './rules/vlan-parent.js'
import { bondMember } from './rules/bond-member.js'
import { sysctlInterface } from './rules/sysctl-iface.js'
import { routeInterface } from './rules/route-iface.js'
import { routeDuplicate } from './rules/route-dup.js'
import { udpSticks } from './rules/udp-stick.js'
import { persistenceMask } from './rules/persist-mask.js'
import { persistenceQuiescent } from './rules/persist-q.js'
import { capturesManagement } from './rules/persist0-capture.js'
import { sipEngine } from './rules/pe-sip.js'
import { sysctlRange } from './rules/sysctl-range.js'
import { sysctlValue } from './rules/sysctl-value.js'
import { sysctlUnknown } from './rules/sysctl-unknown.js'
import { sysctlDefault } from './rules/sysctl-default.js'
import { sysctlMerge } from './rules/sysctl-merge.js'
import { hostAddress } from './rules/host-addr.js'
import { hostFilter } from './rules/host-filter.js'
import { hostFirewall } from './rules/host-firewall.js'
import { hostListens } from './rules/host-listen.js'
import { hostMtu } from './rules/host-mtu.js'
import { hostNeighbour } from './rules/host-neighbour.js'
import { hostRouting } from './rules/host-routing.js'
import { vipLocal } from './rules/vip-local.js'
import { drVipMissing } from './rules/dr-vip-missing.js'
import { tunVip } from './rules/tun-vip.js'
import { drMask } from './rules/dr-mask.js'
import { drArpDummy } from './rules/dr-arp-dummy.js'
import { dr6Source } from './rules/dr6-src.js'
import { tunSource } from './rules/tun-src.js'
import { tunLooseWithoutAddress } from './rules/tun-rpf2-noaddr.js'
import { sysctlModule } from './rules/sysctl-module.js'
import { splitPair } from './rules/ha-split.js'
import { ipvsTable } from './rules/ipvs-table.js'
import { ipvsDrift } from './rules/ipvs-drift.js'

/** Every rule about a cluster, in the order documentation shows them: the file first, then what it means. */
export const RULES: readonly Rule[] = [
  unknownHost,
  unknownNetwork,
  interfaceNetwork,
  hostRole,
  serviceTarget,
  realServerAddress,
  realServerUnicast,
  mixedFamilies,
  addressSubnet,
  addressDuplicate,
  macDuplicate,
  subnetOverlap,
  bondMember,
  vlanDuplicate,
  vlanName,
  vlanParent,
  mtuOfLink,
  mtuOfIpv6,
  gatewaySubnet,
  gatewayAmbiguous,
  routeInterface,
  routeDuplicate,
  vipOfHost,
  vipRoute,
  hostAddress,
  hostFirewall,
  hostFilter,
  hostListens,
  hostMtu,
  hostNeighbour,
  hostRouting,
  vipLocal,
  vipOfDirectors,
  duplicateService,
  duplicateRealServer,
  markSetElsewhere,
  markPorts,
  healthManager,
  noDestination,
  checkOfRip,
  checkType,
  checkPath,
  checkKeys,
  checkText,
  checkScript,
  quorumWeight,
  sorryAddress,
  sorryOnly,
  pairManager,
  pairSize,
  pairVrrp,
  pairNetwork,
  vrrpIdentifier,
  natPairInside,
  vipRouteOfPair,
  backupLoop,
  backupOnly,
  splitPair,
  vrrpAuthentication,
  vrrpInterval,
  vrrpFirewall,
  syncFirewall,
  proxyArp,
  sysctlRange,
  sysctlValue,
  sysctlUnknown,
  sysctlDefault,
  sysctlMerge,
  sysctlModule,
  sysctlInterface,
  dropsEverything,
  dropPort,
  clientRoute,
  requestReversePath,
  realServerRoute,
  replyRoute,
  serviceFirewall,
  forwardFirewall,
  neighbourFirewall,
  sizeFirewall,
  halfSeenFirewall,
  natForwarding,
  natForwarding6,
  natGateway,
  natOnLink,
  natRedirects,
  natOnePacket,
  natBind,
  natConntrack,
  natUnicastReversePath,
  natLoopback,
  natFtp,
  natMany,
  masqueradeOfNat,
  masqueradeConntrack,
  masqueradedClients,
  drSegment,
  drPort,
  drVipMissing,
  drMask,
  drArp,
  drArpLo,
  drArpEth,
  drArpDummy,
  drArp3,
  drArp8,
  arpIgnore2,
  dr6Advertisement,
  dr6Source,
  drAnnounce,
  drGateway,
  drReversePath,
  drBind,
  drUnicastReversePath,
  drFirewall,
  tunDecapsulation,
  tunVip,
  tunPort,
  tunArp,
  tunReversePath,
  tunLooseWithoutAddress,
  tunSource,
  tunFirewall,
  tunUnicastReversePath,
  tunnelMtu,
  tunGue,
  tunChecksum,
  tunUdpPort,
  tunGreMix,
  tunnelKernel,
  tunnelSync,
  noRealServers,
  ipvsTable,
  ipvsDrift,
  weight,
  schedulerAvailable,
  schedulerTwos,
  schedulerFlags,
  schedulerByDestination,
  schedulerWeights,
  schedulerHash,
  schedulerFallback,
  schedulerOverflow,
  onePacketUdp,
  udpSticks,
  persistAllPorts,
  capturesManagement,
  persistenceMask,
  persistenceQuiescent,
  sipEngine,
  thresholds,
]
