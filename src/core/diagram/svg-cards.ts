import { say } from '../speech/say.js'
import type { Badge } from './badges.js'
import { spoken } from './gestures.js'
import { nodeId } from './node-ids.js'
import type { Box, Farm, NetworkBox } from './picture.js'
import type { SceneHost, SceneNetwork, SceneService } from './scene.js'
import { HOST_HEAD, NETWORK_LABEL, ROW, hostRows } from './sizes.js'
import type { HostRow } from './sizes.js'
import { element, fitted, text } from './svg-markup.js'
import type { Markup } from './svg-markup.js'
import { MONO, NAME, SMALL, glyph, mark, written } from './svg-signs.js'

type Badges = ReadonlyMap<string, Badge>

export function openFarm({ x, y, width, height, hosts }: Farm): Markup {
  return element('g', {}, [
    element('rect', { class: 'farm-box s-real-server f-real-server', x, y, width, height, rx: 10 }),
    written(say`${hosts.length} real servers`, x + 16, y + 22, 'quiet', { room: width - 32, sign: NAME }),
  ])
}

export function closedFarm(farm: Farm, badges: Badges): Markup {
  const { x, y, width, height, hosts, networks, id } = farm
  const behind = [10, 5].map((by) =>
    element('rect', { class: 'card s-real-server', x: x + by, y: y + by, width, height, rx: 8 }),
  )
  return element('g', {}, [
    ...behind,
    ...cardBody(farm, 'real-server'),
    glyph('real-server', 'real-server', x + 12, y + 8, 26),
    written(say`real servers ×${hosts.length}`, x + 46, y + 19, 'name', { room: width - 56, sign: NAME }),
    written(say`on ${networks.join(say`, `) || say`no network`}`, x + 46, y + 34, 'small quiet', {
      room: width - 56,
      sign: SMALL,
    }),
    mark(badges.get(`farm:${id}`), x + width, y),
  ])
}

function cardBody({ x, y, width, height }: Box, role: string): Markup[] {
  return [
    element('rect', { class: 'card', x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1, rx: 8 }),
    element('path', {
      class: `f-${role}`,
      d: `M ${x + 4} ${y} a 8 8 0 0 0 -4 7 v ${height - 14} a 8 8 0 0 0 4 7 Z`,
    }),
  ]
}

export function card(host: SceneHost, box: Box, badges: Badges): Markup {
  const { x, y, width } = box
  const colour = host.role ?? 'unknown'
  return element('g', {}, [
    ...cardBody(box, colour),
    glyph(host.role ?? 'real-server', colour, x + 12, y + 8, 26),
    written(host.name, x + 46, y + 19, 'name', { room: width - 56, sign: NAME }),
    written(spoken(host.role), x + 46, y + 34, 'small quiet', { room: width - 56, sign: SMALL }),
    ...hostRows(host).map((row, index) => rowOf(row, host, box, y + HOST_HEAD + index * ROW)),
    mark(badges.get(nodeId({ what: 'host', name: host.name })), x + width, y),
  ])
}

function rowOf(row: HostRow, host: SceneHost, { x, width }: Box, top: number): Markup {
  const baseline = top + 12.5
  const two = (key: string, value: string, room: number) => {
    const start = x + 12 + Math.max(36, Math.min(key.length, 15) * MONO + 6)
    return [
      written(key, x + 12, baseline, 'mono quiet', { room: 15 * MONO, sign: MONO }),
      written(value, start, baseline, 'mono', { room: x + width - start - room, sign: MONO }),
    ]
  }
  switch (row.kind) {
    case 'interface': {
      const shown = host.interfaces[row.interface]
      const [first, ...more] = shown?.addresses ?? []
      const rest = more.length > 0 ? `+${more.length}` : ''
      return element('g', {}, [
        ...two(shown?.name ?? '', first ?? '—', rest === '' ? 8 : 32),
        rest === ''
          ? undefined
          : element('text', { class: 'mono quiet end', x: x + width - 8, y: baseline }, [text(rest)]),
      ])
    }
    case 'vip': {
      const shown = host.vips[row.vip]
      return element('g', {}, [
        element('rect', { class: 'tint f-director', x: x + 4, y: top, width: width - 5, height: ROW }),
        ...two(shown?.interface ?? '', shown?.address ?? '', 36),
        element('text', { class: 'tag end', x: x + width - 9, y: baseline - 0.5 }, [text('VIP')]),
      ])
    }
    case 'more-interfaces':
    case 'more-vips': {
      const more =
        row.kind === 'more-vips' ? say`+${row.count} more VIPs` : say`+${row.count} more interfaces`
      return written(more, x + 12, baseline, 'mono quiet', {
        room: width - 24,
        sign: MONO,
      })
    }
  }
}

export function bar(network: SceneNetwork, box: NetworkBox, badges: Badges): Markup {
  const { x, y, width, height, label } = box
  const middle = x + width / 2
  const [first, ...more] = network.subnets
  const subnet = `${first ?? say`no subnet`}${more.length > 0 ? ` +${more.length}` : ''}`
  const top = label === 'above' ? y - NETWORK_LABEL.height + 2 : y + height + 3
  const room = NETWORK_LABEL.width + 18
  const shown = Math.min(
    room,
    10 + Math.max(fitted(network.name, room, NAME).length * NAME, fitted(subnet, room, MONO).length * MONO),
  )
  return element('g', {}, [
    element('rect', { class: 'bar', x, y, width, height, rx: 6 }),
    element('rect', {
      class: 'paper',
      x: middle - shown / 2,
      y: top,
      width: shown,
      height: NETWORK_LABEL.height - 6,
      rx: 4,
      'fill-opacity': 0.86,
    }),
    written(network.name, middle, top + 14, 'name middle', { room, sign: NAME }),
    written(subnet, middle, top + 29, 'mono quiet middle', { room, sign: MONO }),
    mark(badges.get(nodeId({ what: 'network', name: network.name })), middle + shown / 2 + 16, top + 6),
  ])
}

export function pill(service: SceneService, box: Box, badges: Badges): Markup {
  const { x, y, width, height } = box
  const mode = service.mode ?? 'unknown'
  const tag = service.mode?.toUpperCase() ?? say`no mode`
  const name = fitted(service.name, width - 66 - tag.length * 7, NAME)
  const tagAt = x + 42 + Array.from(name).length * NAME + 6
  const outline = `M ${x + 23} ${y} H ${x + width - 8} a 8 8 0 0 1 8 8 v ${height - 16} a 8 8 0 0 1 -8 8 H ${x + 23} a 23 23 0 0 1 0 ${-height} Z`
  return element('g', {}, [
    element('path', { class: 'card', d: outline }),
    element('path', { class: `tint f-${mode} s-${mode}`, 'stroke-width': 1.5, d: outline }),
    glyph('service', mode, x + 11, y + 12, 22),
    written(service.name, x + 42, y + 19, 'name', { room: width - 66 - tag.length * 7, sign: NAME }),
    element('rect', {
      class: `s-${mode}`,
      fill: 'none',
      x: tagAt,
      y: y + 8.5,
      width: tag.length * 6.6 + 8,
      height: 14,
      rx: 3,
    }),
    element('text', { class: 'tag name', x: tagAt + 4.5, y: y + 18.8 }, [text(tag)]),
    written(service.target ?? say`no VIP`, x + 42, y + 35, 'mono quiet', { room: width - 52, sign: MONO }),
    mark(badges.get(nodeId({ what: 'service', name: service.name })), x + width, y),
  ])
}
