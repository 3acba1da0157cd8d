import type { SceneHost, SceneNetwork, SceneService } from '../../src/core/diagram/scene.js'
import { SEVERITIES } from '../../src/core/diagram/badges.js'
import type { Badge } from '../../src/core/diagram/badges.js'

/* What a node is called by those who do not see it. */

const WORDS = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  information: ['note', 'notes'],
  hint: ['hint', 'hints'],
} as const

/** How many findings of each severity, the worst first: ", 1 error, 2 warnings". */
function problems(badge: Badge | undefined): string {
  if (badge === undefined) return ''
  return SEVERITIES.map((severity) => {
    const count = badge.messages.filter((message) => message.severity === severity).length
    return count === 0 ? '' : `, ${count} ${WORDS[severity][count === 1 ? 0 : 1]}`
  }).join('')
}

/** What a node's badge says, for those who do not see it. */
export function problemsInWords(badge: Badge | undefined): string | undefined {
  return badge?.messages
    .slice(0, 4)
    .map(({ text }) => text)
    .join('. ')
}

/** `weights`: of a real server, in the services it serves. */
export function hostLabel(
  { name, role, interfaces, vips }: SceneHost,
  weights: readonly number[],
  badge: Badge | undefined,
): string {
  const what = role === 'real-server' ? 'Real server' : capital(role ?? 'host')
  const addresses = interfaces.flatMap((each) => each.addresses)
  const holds = vips.map((vip) => `VIP ${vip.address} on ${vip.interface}`)
  const [weight] = weights
  const share =
    weight === undefined
      ? []
      : [weights.every((each) => each === weight) ? `weight ${weight}` : `weights ${weights.join(' and ')}`]
  return `${[`${what} ${name}`, ...addresses, ...holds, ...share].join(', ')}${problems(badge)}`
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
