import { say } from '../speech/say.js'
import { withPort } from '../topology/address.js'
import type { Service } from '../topology/types.js'

/** What clients connect to, in a few words: `tcp 192.0.2.100:80`, `mark 17`; what is missing is left out. */
export function targetText({ vip, mark, protocol, port, ports }: Service): string {
  if (mark !== undefined) {
    const of =
      vip === undefined ? [] : [protocol, ...(ports.length === 1 ? [withPort(vip, ports[0] ?? 0)] : [vip])]
    return [...of, say`mark ${mark}`].join(' ')
  }
  if (vip === undefined) return port === undefined ? protocol : say`${protocol} port ${port}`
  return `${protocol} ${port === undefined ? vip : withPort(vip, port)}`
}
