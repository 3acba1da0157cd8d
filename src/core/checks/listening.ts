import { say } from '../speech/say.js'
import { hears, hearsAddress, hearsPort } from '../hosts/listens.js'
import type { Target } from '../hosts/listens.js'
import { below, pathOf } from '../topology/path.js'
import type { Listen } from '../topology/types.js'
import type { Fix } from '../topology/problem.js'
import type { FindingPlace } from './rule.js'
import type { Delivery } from './deliveries.js'
import { keyAt, takingOut, valueAt } from './places.js'

export interface Deafness {
  readonly place: FindingPlace
  /** What it is bound to instead, for messages. */
  readonly bound: string
  readonly fixes: readonly Fix[]
}

/** Why the daemon of a real server does not hear a request; undefined where it does, or the file says nothing. */
export function deafness({ host }: Delivery, target: Target): Deafness | undefined {
  const { listens } = host.drawn
  if (listens === undefined || listens.some((listen) => hears(listen, target))) return undefined
  const list = pathOf('hosts', host.name, 'listens')
  const indexed = listens.map((listen, index) => ({ listen, path: below(list, index) }))
  const bound = listens.length === 0 ? say`on nothing` : say`only on ${listens.map(listenText).join(', ')}`
  const otherAddress = indexed.find(({ listen }) => hearsPort(listen, target))
  if (otherAddress !== undefined) {
    const path = below(otherAddress.path, 'address')
    const fixes = [
      takingOut(path, say`Listen on every address`),
      {
        title: say`Listen on ${target.address}`,
        edits: [{ kind: 'set', path, value: target.address } as const],
      },
    ]
    return { place: valueAt(path), bound, fixes }
  }
  const [only] = indexed
  if (only !== undefined && indexed.length === 1 && hearsAddress(only.listen, target)) {
    if ((only.listen.protocol ?? 'tcp') !== target.protocol) {
      const path = below(only.path, 'protocol')
      const title = say`Listen for ${target.protocol}`
      return {
        place: valueAt(only.listen.protocol === undefined ? only.path : path),
        bound,
        fixes: [{ title, edits: [{ kind: 'set', path, value: target.protocol }] }],
      }
    }
    const path = below(only.path, 'port')
    const title = say`Listen on port ${target.port}`
    return {
      place: valueAt(path),
      bound,
      fixes: [{ title, edits: [{ kind: 'set', path, value: target.port }] }],
    }
  }
  return { place: keyAt(list), bound, fixes: [] }
}

function listenText({ address, port, protocol }: Listen): string {
  const at = say`port ${port ?? '?'}/${protocol ?? 'tcp'}`
  return address === undefined ? at : `${address} ${at}`
}

/** Where a request arrives, as messages write it. */
export function targetText({ address, port, protocol }: Target): string {
  return port === 0 ? `${address} (${protocol})` : say`${address} port ${port}/${protocol}`
}
