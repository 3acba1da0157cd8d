import type { Badge } from './badges.js'
import { GLYPH_SHAPES, SEVERITY_SHAPES } from './glyph-shapes.js'
import type { Shape } from './glyph-shapes.js'
import type { PaletteItem } from './gestures.js'
import { element, fitted, text } from './svg-markup.js'
import type { Markup } from './svg-markup.js'

/** Widths of a sign: of a name (13 px, semibold), of small text (11 px), of small text in fixed width. */
export const NAME = 7.4
export const SMALL = 5.9
export const MONO = 6.7

export function written(
  content: string,
  x: number,
  y: number,
  classes: string,
  { room, sign }: { readonly room: number; readonly sign: number },
): Markup {
  const shown = fitted(content, room, sign)
  const whole = shown === content ? undefined : element('title', {}, [text(content)])
  return element('text', { x, y, class: classes }, [whole, text(shown)])
}

export function glyph(of: PaletteItem, colour: string, x: number, y: number, size: number): Markup {
  return element(
    'g',
    {
      class: `glyph s-${colour}`,
      transform: `translate(${x} ${y}) scale(${Math.round((size / 24) * 1000) / 1000})`,
    },
    GLYPH_SHAPES[of].map((shape) =>
      drawn(shape, shape.solid === true ? `f-${colour}` : shape.thick === true ? 'thick' : undefined),
    ),
  )
}

function drawn({ element: name, attributes }: Shape, className: string | undefined): Markup {
  return element(name, { ...attributes, class: className })
}

const MARK = 15

export function mark(badge: Badge | undefined, right: number, top: number): Markup | undefined {
  if (badge === undefined) return undefined
  const { body, sign } = SEVERITY_SHAPES[badge.worst]
  const count = badge.messages.length > 1 ? String(badge.messages.length) : ''
  const width = MARK + 4 + (count === '' ? 0 : count.length * 6.4 + 5)
  const messages = badge.messages.map((message) => message.text).join('\n')
  return element('g', { transform: `translate(${right - width + 8} ${top - 9})` }, [
    element('title', {}, [text(messages)]),
    element('rect', { class: 'paper', width, height: MARK + 4, rx: 9.5 }),
    element('g', { transform: 'translate(2 2)' }, [drawn(body, `m-${badge.worst}`), drawn(sign, 'sign')]),
    count === '' ? undefined : element('text', { class: 'small name', x: MARK + 5, y: 13.5 }, [text(count)]),
  ])
}
