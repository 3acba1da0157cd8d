import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { targetText } from '../hosts/needs.js'
import { familyOf, withPort } from '../topology/address.js'
import type { Mode } from '../topology/types.js'
import { columns, oneLine, wrapped } from './text.js'

/** `tcp 192.0.2.100:80`, or what is missing for it. */
export function reachedAt({ virtualService, drawn }: ServiceModel): string {
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
      realServer.mode === undefined ? 'no mode is drawn' : MODE_NAME[realServer.mode],
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

/** How the real server for a request is chosen. */
function choices({ drawn: { scheduler, flags, persistence, onePacket } }: ServiceModel): string[] {
  return [
    `scheduler ${scheduler}${flags.length === 0 ? '' : ` (${flags.join(', ')})`}`,
    ...(persistence === undefined
      ? []
      : [
          `a client stays with its real server for ${persistence.timeout} s${persistence.netmask === undefined ? '' : ` (client mask ${persistence.netmask})`}`,
        ]),
    ...(onePacket ? ['each packet by itself'] : []),
  ]
}

const MODE_NAME: Readonly<Record<Mode, string>> = { nat: 'NAT', tun: 'TUN', dr: 'DR' }

/** What a program on a real server must do for a service, and what arrives there. */
export function realServerDuty(service: ServiceModel, { mode, rip, port, tunnel }: RealServerModel): string {
  const { drawn, family } = service
  const protocol = drawn.mark === undefined ? `${drawn.protocol} ` : ''
  if (mode === 'nat') {
    const at = rip === undefined || port === undefined ? (rip ?? 'its address') : withPort(rip, port)
    return `NAT: the program must listen on ${protocol}${at}; replies go back through the director`
  }
  const at = drawn.vip === undefined ? 'the addresses asked for' : vipText(service)
  const listens = `the program must listen on ${protocol}${at} (or on every address)`
  const direct = 'replies go straight to the client'
  if (mode !== 'tun') return `DR: ${listens}; ${direct}`
  const wrapping =
    tunnel.type === 'ipip' ? `IP protocol ${family === 4 ? '4' : '41'}` : `${tunnel.type} packets`
  return `TUN: ${listens}; ${direct}; packet filters must let ${wrapping} through to here`
}

function vipText({ drawn }: ServiceModel): string {
  if (drawn.vip === undefined) return ''
  if (drawn.port === undefined || drawn.port === 0) return drawn.vip
  return withPort(drawn.vip, drawn.port)
}

function destinationText(service: ServiceModel, { rip, mode, port }: RealServerModel): string {
  if (rip === undefined) return 'no address'
  const asked = mode === 'nat' ? (port ?? service.drawn.port) : service.drawn.port
  if (asked === undefined || asked === 0) return familyOf(rip) === 6 ? `[${rip}]` : rip
  return withPort(rip, asked)
}

function thresholdText({ drawn: { thresholds } }: RealServerModel): string {
  if (thresholds === undefined || (thresholds.upper === 0 && thresholds.lower === 0)) return ''
  return `, thresholds ${thresholds.upper}/${thresholds.lower}`
}
