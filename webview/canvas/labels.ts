import type { SceneHost, SceneNetwork, SceneService } from '../../src/core/diagram/scene.js'
import type { Badge } from './badges.js'

/* What a node is called by those who do not see it. */

function problems(badge: Badge | undefined): string {
  if (badge === undefined) return ''
  const { length } = badge.messages
  return `, ${length} ${length === 1 ? 'finding' : 'findings'}`
}

export function hostLabel({ name, role, interfaces, vips }: SceneHost, badge: Badge | undefined): string {
  const what = role === 'real-server' ? 'Real server' : capital(role ?? 'host')
  const addresses = interfaces.flatMap((each) => each.addresses)
  const holds = vips.map((vip) => `VIP ${vip.address} on ${vip.interface}`)
  return `${[`${what} ${name}`, ...addresses, ...holds].join(', ')}${problems(badge)}`
}

export function networkLabel({ name, subnets }: SceneNetwork, badge: Badge | undefined): string {
  return `${[`Network ${name}`, ...subnets].join(', ')}${problems(badge)}`
}

export function serviceLabel(
  { name, mode, target, realServers }: SceneService,
  badge: Badge | undefined,
): string {
  const count = `${realServers.length} real ${realServers.length === 1 ? 'server' : 'servers'}`
  const parts = [`Service ${name}`, mode?.toUpperCase() ?? 'no mode', target ?? 'no VIP', count]
  return `${parts.join(', ')}${problems(badge)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
