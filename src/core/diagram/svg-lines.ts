import { say } from '../speech/say.js'
import { curvedLine, flowLine, flowNotes, linkLine, roundedLine } from './lines.js'
import type { Box, Farm, Picture } from './picture.js'
import type { Scene, SceneService } from './scene.js'
import { interfaceHeight } from './sizes.js'
import { element, text, widthOf } from './svg-markup.js'
import type { Markup } from './svg-markup.js'
import { SMALL } from './svg-signs.js'
import type { Way } from './ways.js'

const MODES = ['nat', 'tun', 'dr', 'unknown'] as const

export function arrowHeads(): Markup {
  const heads = MODES.map((mode) =>
    element(
      'marker',
      {
        id: `arrow-${mode}`,
        viewBox: '0 0 10 10',
        refX: 9,
        refY: 5,
        markerWidth: 9,
        markerHeight: 9,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto',
      },
      [element('path', { class: `f-${mode}`, d: 'M0 1 10 5 0 9Z' })],
    ),
  )
  return element('defs', {}, heads)
}

export function links(scene: Scene, picture: Picture): Markup[] {
  const inFarm = new Set(picture.farms.flatMap(({ hosts }) => hosts))
  const line = (from: Box, row: number, network: string): Markup[] => {
    const to = picture.networks.get(network)
    if (to === undefined) return []
    const { path, end } = linkLine(from, row, to)
    return [
      element('path', { class: 'link', d: path }),
      element('circle', { class: 'link-end', cx: end.x, cy: end.y, r: 3.5 }),
    ]
  }
  return [
    ...picture.farms.flatMap((farm) =>
      farm.networks.flatMap((network) => line(farm, farm.height / 2, network)),
    ),
    ...scene.hosts.flatMap((host) => {
      const box = picture.hosts.get(host.name)
      if (box === undefined || inFarm.has(host.name)) return []
      return host.interfaces.flatMap(({ network }, index) =>
        network === undefined ? [] : line(box, interfaceHeight(host, index), network),
      )
    }),
  ]
}

export function flows(service: SceneService, from: Box, picture: Picture): Markup[] {
  const farmOf = new Map(picture.farms.flatMap((farm) => farm.hosts.map((host) => [host, farm] as const)))
  const farms = new Map<Farm, number>()
  const lines: Markup[] = []
  for (const realServer of service.realServers) {
    const { host, mode, weight } = realServer
    const farm = farmOf.get(host)
    if (farm !== undefined) {
      farms.set(farm, (farms.get(farm) ?? 0) + 1)
      continue
    }
    const box = picture.hosts.get(host)
    if (box === undefined) continue
    lines.push(flow(from, box, false, mode ?? 'unknown', flowNotes(realServer), weight === 0))
  }
  for (const [farm, count] of farms) {
    const label = count === farm.hosts.length ? '' : say`${count} of ${farm.hosts.length}`
    lines.push(flow(from, farm, true, service.mode ?? 'unknown', label, false))
  }
  return lines
}

function flow(from: Box, to: Box, isFarm: boolean, mode: string, label: string, idle: boolean): Markup {
  const { path, label: at } = flowLine(from, to, isFarm)
  return element('g', { class: idle ? 'idle' : undefined }, [
    mode === 'tun' ? element('path', { class: 'tube s-tun', d: path }) : undefined,
    element('path', { class: `flow dashed ${mode} s-${mode}`, d: path, 'marker-end': `url(#arrow-${mode})` }),
    label === '' ? undefined : labelled(label, at.x, at.y, widthOf(label, SMALL) + 8, 'small quiet middle'),
  ])
}

export function wayLine({ kind, mode, points }: Way): Markup {
  return element('path', {
    class: `way ${kind === 'reply' ? 'dashed ' : ''}${mode} s-${mode}`,
    d: kind === 'request' ? curvedLine(points) : roundedLine(points),
    'marker-end': kind === 'request' || points.length === 4 ? `url(#arrow-${mode})` : undefined,
  })
}

export function wayLabel({ label }: Way): Markup | undefined {
  if (label === undefined) return undefined
  return labelled(label.text, label.at.x, label.at.y, widthOf(label.text, SMALL) + 16, 'small quiet middle')
}

/** A text on a line, which it covers. */
function labelled(content: string, x: number, y: number, width: number, classes: string): Markup {
  return element('g', {}, [
    element('rect', { class: 'paper', x: x - width / 2, y: y - 7.5, width, height: 15, rx: 4 }),
    element('text', { class: classes, x, y: y + 3.8 }, [text(content)]),
  ])
}
