import { said, say } from '../speech/say.js'
import { HOST_NAME, PLAIN_NAME } from '../topology/names.js'
import type { Scene, Subject } from './scene.js'

/** Why something cannot be called so; undefined where it can. */
export function renameProblem(scene: Scene, { what, name }: Subject, to: string): string | undefined {
  if (to === name) return undefined
  if (to === '') return say`A ${said(what)} needs a name.`
  if (!(what === 'host' ? HOST_NAME : PLAIN_NAME).test(to)) {
    return what === 'host'
      ? say`Letters, digits, dots, dashes and underscores, up to 63, with a letter or digit at both ends.`
      : say`Letters, digits, dots, dashes, spaces and underscores, up to 63, beginning with a letter, a digit or "_".`
  }
  const among = { host: scene.hosts, network: scene.networks, service: scene.services }[what]
  return among.some((each) => each.name === to) ? say`There is a ${said(what)} "${to}" already.` : undefined
}
