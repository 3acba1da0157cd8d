import { joined, say } from '../speech/say.js'
import { badgesOf } from './badges.js'
import type { Badge } from './badges.js'
import type { Box, Picture } from './picture.js'
import type { Scene } from './scene.js'
import { NETWORK_LABEL } from './sizes.js'
import { bar, card, closedFarm, openFarm, pill } from './svg-cards.js'
import { drawingStyle } from './svg-colours.js'
import type { DrawingTheme } from './svg-colours.js'
import { arrowHeads, flows, links, wayLabel, wayLine } from './svg-lines.js'
import { element, styleSheet, text } from './svg-markup.js'
import { waysOf } from './ways.js'
import type { Way } from './ways.js'

export interface DrawingOptions {
  readonly theme: DrawingTheme
  /** Badges where there are findings. */
  readonly findings: boolean
}

const MARGIN = 28

/**
 * The drawing as an SVG of its own: the same boxes, lines and glyphs as the canvas, no script, no font, nothing fetched.
 * The same picture gives the same bytes.
 */
export function drawingAsSvg(scene: Scene, picture: Picture, { theme, findings }: DrawingOptions): string {
  const ways = waysOf(scene, picture, new Set())
  const badges = findings ? badgesOf(scene, picture) : new Map<string, Badge>()
  const { x, y, width, height } = extentOf(picture, ways)
  const hosts = scene.hosts.flatMap((host) => {
    const box = picture.hosts.get(host.name)
    return box === undefined ? [] : [{ host, box }]
  })
  const services = scene.services.flatMap((service) => {
    const box = picture.services.get(service.name)
    return box === undefined ? [] : [{ service, box }]
  })
  const bars = scene.networks.flatMap((network) => {
    const box = picture.networks.get(network.name)
    return box === undefined ? [] : [{ network, box }]
  })
  const drawing = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: [x, y, width, height].map(Math.round).join(' '),
      width: Math.round(width),
      height: Math.round(height),
      role: 'img',
    },
    [
      element('title', {}, [text(scene.name ?? say`LVS cluster`)]),
      element('desc', {}, [text(describe(scene))]),
      styleSheet(drawingStyle(theme)),
      arrowHeads(),
      element('rect', { class: 'paper', x, y, width, height }),
      ...picture.farms.filter(({ closed }) => !closed).map(openFarm),
      ...links(scene, picture),
      ...ways.map(wayLine),
      ...bars.map(({ network, box }) => bar(network, box, badges)),
      ...services.flatMap(({ service, box }) => flows(service, box, picture)),
      ...picture.farms.filter(({ closed }) => closed).map((farm) => closedFarm(farm, badges)),
      ...hosts.map(({ host, box }) => card(host, box, badges)),
      ...services.map(({ service, box }) => pill(service, box, badges)),
      ...ways.map(wayLabel),
    ],
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${drawing.svg}\n`
}

function describe({ hosts, networks, services }: Scene): string {
  const list = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name).join(say`, `)
  return [
    ...services.map(
      ({ name, mode, target, directors, realServers }) =>
        say`Service ${target === undefined ? name : say`${name} at ${target}`}, ${mode?.toUpperCase() ?? say`no mode`}, ${realServers.length} real servers, director ${joined(directors) || say`none`}.`,
    ),
    say`Hosts: ${list(hosts) || say`none`}. Networks: ${list(networks) || say`none`}.`,
  ].join(' ')
}

function extentOf({ hosts, services, networks, farms }: Picture, ways: readonly Way[]): Box {
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
  if (left === Infinity) return { x: 0, y: 0, width: 2 * MARGIN, height: 2 * MARGIN }
  return {
    x: left - MARGIN,
    y: top - MARGIN,
    width: right - left + 2 * MARGIN,
    height: bottom - top + 2 * MARGIN,
  }
}
