/** A piece of SVG; made by `element` and `text` alone, so that nothing of a drawing's text is ever markup. */
export interface Markup {
  readonly svg: string
}

type Value = string | number | undefined

/** Numbers to two places: what a screen shows, the same on every machine. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Value>>,
  children: readonly (Markup | undefined)[] = [],
): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === ''
      ? []
      : [` ${key}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`],
  )
  const inside = children.map((child) => child?.svg ?? '').join('')
  return {
    svg: inside === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inside}</${name}>`,
  }
}

export function text(content: string): Markup {
  return { svg: escaped(content) }
}

/** A style sheet of ours; nothing of a drawing's text may come in here. */
export function styleSheet(css: string): Markup {
  return { svg: `<style>${css}</style>` }
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(content: string): string {
  return (
    content
      .replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? '')
      // What XML 1.0 cannot hold (section 2.2), half a surrogate pair among it.
      .replace(
        /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
        '\ufffd',
      )
  )
}

/** East Asian signs are as wide as two others (Unicode, annex 11), more or less. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\ud83c-\ud869][\udc00-\udfff]/

/** How wide a text is; nothing is measured. */
export function widthOf(content: string, sign: number): number {
  return Array.from(content).reduce((sum, each) => sum + (WIDE.test(each) ? 2 : 1) * sign, 0)
}

/** A text that may take so much room, shortened with "…" where it is longer. Nothing is measured: a sign is as wide as most. */
export function fitted(content: string, room: number, sign: number): string {
  if (widthOf(content, sign) <= room) return content
  const signs = Array.from(content)
  const widths = signs.map((each) => widthOf(each, sign))
  let used = sign
  let count = 0
  while (count < signs.length && used + (widths[count] ?? 0) <= room) {
    used += widths[count] ?? 0
    count += 1
  }
  return `${signs.slice(0, count).join('')}…`
}
