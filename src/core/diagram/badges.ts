import type { Picture } from './picture.js'
import type { Scene, SceneFinding } from './scene.js'
import { nodeId } from './node-ids.js'

export interface Badge {
  readonly worst: SceneFinding['severity']
  readonly messages: readonly { readonly severity: SceneFinding['severity']; readonly text: string }[]
}

export const SEVERITIES: readonly SceneFinding['severity'][] = ['error', 'warning', 'information', 'hint']

/** Badges by node id; those of hosts in a closed farm go to the farm. */
export function badgesOf({ findings }: Scene, { farms }: Pick<Picture, 'farms'>): ReadonlyMap<string, Badge> {
  const closedFarmOf = new Map(
    farms.flatMap(({ closed, id, hosts }) =>
      closed ? hosts.map((host) => [host, `farm:${id}`] as const) : [],
    ),
  )
  const messages = new Map<string, SceneFinding[]>()
  for (const finding of findings) {
    for (const subject of finding.subjects) {
      const farm = subject.what === 'host' ? closedFarmOf.get(subject.name) : undefined
      const id = farm ?? nodeId(subject)
      const known = messages.get(id)
      if (known === undefined) messages.set(id, [finding])
      else if (!known.includes(finding)) known.push(finding)
    }
  }
  return new Map(
    [...messages].map(([id, of]) => [
      id,
      {
        worst: SEVERITIES.find((severity) => of.some((finding) => finding.severity === severity)) ?? 'hint',
        messages: SEVERITIES.flatMap((severity) => of.filter((finding) => finding.severity === severity)).map(
          ({ severity, code, message }) => ({ severity, text: `${code}: ${message}` }),
        ),
      },
    ]),
  )
}
