import { joined, say } from '../speech/say.js'
import { badgesOf } from './badges.js'
import type { Badge } from './badges.js'
import { extentOf } from './extent.js'
import type { Box, Picture } from './picture.js'
import type { Scene } from './scene.js'
import { bar, card, closedFarm, openFarm, pill } from './svg-cards.js'
import { drawingStyle } from './svg-colours.js'
import type { DrawingTheme } from './svg-colours.js'
import { arrowHeads, flows, links, wayLabel, wayLine } from './svg-lines.js'
import { element, styleSheet, text } from './svg-markup.js'
import { waysOf } from './ways.js'

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
  const { x, y, width, height } = paperFor(extentOf(picture, ways))
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

/** Nothing is drawn on a small sheet. */
function paperFor(extent: Box | undefined): Box {
  const { x, y, width, height } = extent ?? { x: MARGIN, y: MARGIN, width: 0, height: 0 }
  return { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN }
}
