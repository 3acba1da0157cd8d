import { say } from '../../speech/say.js'
import { TUNNEL_CHECKSUMS, TUNNEL_TYPES } from '../../topology/types.js'
import type { Tunnel } from '../../topology/types.js'
import type { Directive } from './tree.js'

/** `TUN [type {ipip|gue port N|gre}] [nocsum|csum|remcsum]`; undefined for another method. */
export function tunnelOf(directive: Directive | undefined): Tunnel | undefined {
  return directive === undefined ? undefined : readTunnel(directive).tunnel
}

/** The same, with what is wrong about it (check_parser.c `svr_forwarding_handler`). */
export function readTunnel({ words }: Directive): {
  readonly tunnel: Tunnel | undefined
  readonly wrong: string | undefined
} {
  if (words[1]?.text !== 'TUN') {
    const [, , more] = words
    return {
      tunnel: undefined,
      wrong: more === undefined ? undefined : say`only TUN takes anything more: "${more.text}" is not read`,
    }
  }
  let type: Tunnel['type'] = 'ipip'
  let port: number | undefined
  let checksum: Tunnel['checksum'] = 'none'
  let said = false
  let wrong: string | undefined
  for (let at = 2; at < words.length; at++) {
    const text = words[at]?.text ?? ''
    if (text === 'type') {
      const name = words[++at]?.text
      const known = TUNNEL_TYPES.find((each) => each === name)
      if (known === undefined) {
        wrong ??=
          name === undefined
            ? say`the type of tunnel is missing`
            : say`"${name}" is no type of tunnel; ipip, gue and gre are`
      } else type = known
    } else if (text === 'port') {
      const number = words[++at]?.text ?? ''
      if (/^\d{1,5}$/.test(number) && Number(number) >= 1 && Number(number) <= 65_535) port = Number(number)
      else wrong ??= say`"${number}" is no UDP port`
    } else {
      const known = text === 'nocsum' ? 'none' : TUNNEL_CHECKSUMS.find((each) => each === text)
      if (known === undefined || text === 'none') {
        wrong ??= say`"${text}" is no option of a tunnel`
      } else {
        checksum = known
        said = true
      }
    }
  }
  if (type === 'gue' && port === undefined) wrong ??= say`a gue tunnel needs a port`
  if (type !== 'gue' && port !== undefined) wrong ??= say`a tunnel of type ${type} has no port`
  if (type === 'ipip' && said) wrong ??= say`a tunnel of type ipip has no checksum`
  if (type === 'gre' && checksum === 'remcsum') wrong ??= say`a gre tunnel has no remote checksum`
  return { tunnel: { type, port, checksum }, wrong }
}
