import type { Mode } from '../../src/core/topology/types.js'
import { spoken } from '../../src/core/diagram/gestures.js'
import { joined, say } from '../../src/core/speech/say.js'
import type { SceneHost, SceneNetwork, SceneService } from '../../src/core/diagram/scene.js'
import { SEVERITIES } from '../../src/core/diagram/badges.js'
import type { Badge } from '../../src/core/diagram/badges.js'
import type { HostOutcomeMark } from '../../src/protocol/designer.js'
import { outcomeWord } from '../../src/protocol/outcome-words.js'

/* What a node or line is called by those who do not see it. */

const WORDS = {
  error: [say`error`, say`errors`],
  warning: [say`warning`, say`warnings`],
  information: [say`note`, say`notes`],
  hint: [say`hint`, say`hints`],
} as const

/** How many findings of each severity, the worst first: ", 1 error, 2 warnings". */
function problems(badge: Badge | undefined): string {
  if (badge === undefined) return ''
  return SEVERITIES.map((severity) => {
    const count = badge.messages.filter((message) => message.severity === severity).length
    return count === 0 ? '' : say`, ${count} ${WORDS[severity][count === 1 ? 0 : 1]}`
  }).join('')
}

/** What a node's badge says, for those who do not see it. */
export function problemsInWords(badge: Badge | undefined): string | undefined {
  return badge?.messages
    .slice(0, 4)
    .map(({ text }) => text)
    .join(say`. `)
}

/** `weights`: of a real server, in the services it serves. */
export function hostLabel(
  { name, role, interfaces, vips }: SceneHost,
  weights: readonly number[],
  badge: Badge | undefined,
  outcome?: HostOutcomeMark,
): string {
  const what = role === 'real-server' ? say`Real server` : capital(spoken(role))
  const addresses = interfaces.flatMap((each) => each.addresses)
  const holds = vips.map((vip) => say`VIP ${vip.address} on ${vip.interface}`)
  const [weight] = weights
  const share =
    weight === undefined
      ? []
      : [
          weights.every((each) => each === weight)
            ? say`weight ${weight}`
            : say`weights ${joined(weights.map(String))}`,
        ]
  const became = outcome === undefined ? [] : [outcomeWord(outcome)]
  return `${[`${what} ${name}`, ...addresses, ...holds, ...share, ...became].join(say`, `)}${problems(badge)}`
}

export function networkLabel({ name, subnets }: SceneNetwork, badge: Badge | undefined): string {
  return `${[say`Network ${name}`, ...subnets].join(say`, `)}${problems(badge)}`
}

export function serviceLabel(
  { name, mode, target, realServers }: SceneService,
  badge: Badge | undefined,
): string {
  const count = say`${realServers.length} real ${realServers.length === 1 ? 'server' : 'servers'}`
  const parts = [say`Service ${name}`, mode?.toUpperCase() ?? say`no mode`, target ?? say`no VIP`, count]
  return `${parts.join(say`, `)}${problems(badge)}`
}

export function linkLabel(host: string, interfaceName: string, network: string): string {
  return say`${host} is on ${network} with ${interfaceName}`
}

export function farmLinkLabel(realServers: number, network: string): string {
  return say`${realServers} real servers are on ${network}`
}

/** `to`: a real server, or how many of them. */
export function flowLabel(service: string, to: string, mode: Mode | undefined): string {
  return mode === undefined
    ? say`${service} forwards to ${to}`
    : say`${service} forwards to ${to} by ${mode.toUpperCase()}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
