import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { targetText } from '../hosts/needs.js'
import { familyOf, withPort } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Mode, Tunnel } from '../topology/types.js'
import { columns, oneLine, wrapped } from './text.js'

/** `tcp 192.0.2.100:80`, or what is missing for it. */
export function reachedAt({ virtualService, drawn }: ServiceModel): string {
  if (drawn.mark !== undefined && drawn.vip !== undefined) {
    return `mark ${drawn.mark} for ${drawn.protocol} to ${vipText(drawn.vip, drawn.ports)}`
  }
  if (virtualService !== undefined) return targetText(virtualService.target)
  if (drawn.mark !== undefined) return `mark ${drawn.mark}`
  if (drawn.vip === undefined) return 'no VIP is drawn'
  return drawn.port === undefined ? `${drawn.vip}, no port is drawn` : withPort(drawn.vip, drawn.port)
}

/** Services with their real servers below them, as tables. */
export function servicesTable(services: readonly ServiceModel[]): string[] {
  return services.flatMap((service, at) => {
    const rows = service.realServers.map((realServer) => [
      oneLine(realServer.name),
      destinationText(service, realServer),
      modeText(realServer),
      `weight ${realServer.drawn.weight}${thresholdText(realServer)}${realServer.local ? ', the director itself' : ''}`,
    ])
    return [
      ...(at === 0 ? [] : ['']),
      ...wrapped(
        oneLine(`${service.name}: ${[reachedAt(service), ...choices(service)].join(', ')}`),
        '    ',
        '  ',
      ),
      ...(rows.length === 0 ? ['    no real servers are drawn'] : columns(rows, '    ')),
    ]
  })
}

/** `NAT`, or `TUN (gue at UDP port 6080, csum)`. */
function modeText({ mode, tunnel }: RealServerModel): string {
  if (mode === undefined) return 'no mode is drawn'
  if (mode !== 'tun' || tunnel.type === 'ipip') return MODE_NAME[mode]
  const port = tunnel.type === 'gue' && tunnel.port !== undefined ? ` at UDP port ${tunnel.port}` : ''
  const checksum = tunnel.checksum === 'none' ? '' : `, ${tunnel.checksum}`
  return `${MODE_NAME[mode]} (${tunnel.type}${port}${checksum})`
}

/** How the real server for a request is chosen. */
function choices({
  drawn: { scheduler, flags, persistence, onePacket, masquerade },
}: ServiceModel): string[] {
  return [
    `scheduler ${scheduler}${flags.length === 0 ? '' : ` (${flags.join(', ')})`}`,
    ...(persistence === undefined
      ? []
      : [
          `a client stays with its real server for ${persistence.timeout} s${persistence.netmask === undefined ? '' : ` (client mask ${persistence.netmask})`}`,
        ]),
    ...(masquerade ? ['real servers see the director for the client'] : []),
    ...(onePacket ? ['each packet by itself'] : []),
  ]
}

const MODE_NAME: Readonly<Record<Mode, string>> = { nat: 'NAT', tun: 'TUN', dr: 'DR' }

/** What a program on a real server must do for a service, and what arrives there. */
export function realServerDuty(service: ServiceModel, { mode, rip, port, tunnel }: RealServerModel): string {
  const { drawn, family } = service
  const protocol = drawn.mark === undefined || drawn.vip !== undefined ? `${drawn.protocol} ` : ''
  const asked = askedPorts(service)
  if (mode === 'nat') {
    const own = drawn.mark === undefined && port !== undefined ? [port] : asked
    const at = rip === undefined ? 'its address' : vipText(rip, own)
    return `NAT: the program must listen on ${protocol}${at}; replies go back through the director`
  }
  const at = drawn.vip === undefined ? 'the addresses asked for' : vipText(drawn.vip, asked)
  const listens = `the program must listen on ${protocol}${at} (or on every address)`
  const direct = 'replies go straight to the client'
  if (mode !== 'tun') return `DR: ${listens}; ${direct}`
  const wrapping = wrappingText(tunnel, family)
  return `TUN: ${listens}; ${direct}; packet filters must let ${wrapping} through to here`
}

/** The ports clients connect to; none: every port. */
function askedPorts({ drawn }: ServiceModel): readonly number[] {
  if (drawn.mark !== undefined) return drawn.ports
  return drawn.port === undefined || drawn.port === 0 ? [] : [drawn.port]
}

/** `192.0.2.100:80`, `192.0.2.100 ports 80, 443`, or the address alone for every port. */
function vipText(address: IpAddress, ports: readonly number[]): string {
  const [first, ...more] = ports
  if (first === undefined) return address
  return more.length === 0 ? withPort(address, first) : `${address} ports ${ports.join(', ')}`
}

/** What arrives at a real server's packet filter. */
function wrappingText({ type, port }: Tunnel, inner: Family): string {
  switch (type) {
    case 'ipip':
      return `IP protocol ${inner === 4 ? '4' : '41'}`
    case 'gre':
      return 'IP protocol 47 (GRE)'
    case 'gue':
      return port === undefined ? 'GUE packets' : `UDP port ${port}`
  }
}

function destinationText(service: ServiceModel, { rip, mode, port }: RealServerModel): string {
  if (rip === undefined) return 'no address'
  // Real servers of a service by mark have none: each port goes to the same port.
  const asked =
    service.drawn.mark !== undefined
      ? undefined
      : mode === 'nat'
        ? (port ?? service.drawn.port)
        : service.drawn.port
  if (asked === undefined || asked === 0) return familyOf(rip) === 6 ? `[${rip}]` : rip
  return withPort(rip, asked)
}

function thresholdText({ drawn: { thresholds } }: RealServerModel): string {
  if (thresholds === undefined || (thresholds.upper === 0 && thresholds.lower === 0)) return ''
  return `, thresholds ${thresholds.upper}/${thresholds.lower}`
}
