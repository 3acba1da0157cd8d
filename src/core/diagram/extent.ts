import type { Box, Picture } from './picture.js'
import { NETWORK_LABEL } from './sizes.js'
import type { Way } from './ways.js'

/** The box around all that is drawn: cards, bars with their names, and ways, which go beside and below them. */
export function extentOf(
  { hosts, services, networks, farms }: Picture,
  ways: readonly Way[],
): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const hold = ({ x, y, width, height }: Box) => {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  for (const box of [...hosts.values(), ...services.values(), ...farms]) hold(box)
  for (const box of networks.values()) {
    hold(box)
    hold({
      x: box.x + box.width / 2 - NETWORK_LABEL.width / 2,
      y: box.label === 'above' ? box.y - NETWORK_LABEL.height : box.y + box.height,
      ...NETWORK_LABEL,
    })
  }
  for (const { points, label } of ways) {
    for (const point of points) hold({ ...point, width: 0, height: 0 })
    if (label !== undefined) hold({ ...label.at, width: 0, height: 10 })
  }
  return left === Infinity ? undefined : { x: left, y: top, width: right - left, height: bottom - top }
}
