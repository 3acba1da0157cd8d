import type { SceneHost } from './scene.js'

/*
 * How large things are drawn, in canvas units (CSS pixels at 100 %). The page draws exactly these sizes, so a layout
 * can be made before anything is on the screen.
 */

export interface Size {
  readonly width: number
  readonly height: number
}

export const HOST_WIDTH = 196
/** Glyph, name and role. */
export const HOST_HEAD = 42
export const ROW = 17
const HOST_FOOT = 9
/** More rows are summed up in one: "+3 more". */
const MAX_ROWS = 4

/** What stands in the rows of a host's card: its interfaces, then the VIPs it holds. */
export type HostRow =
  | { readonly kind: 'interface'; readonly interface: number }
  | { readonly kind: 'more-interfaces'; readonly count: number }
  | { readonly kind: 'vip'; readonly vip: number }
  | { readonly kind: 'more-vips'; readonly count: number }

export function hostRows({ interfaces, vips }: SceneHost): HostRow[] {
  const rows: HostRow[] = []
  const shown = interfaces.length > MAX_ROWS ? MAX_ROWS - 1 : interfaces.length
  for (let at = 0; at < shown; at++) rows.push({ kind: 'interface', interface: at })
  if (shown < interfaces.length) rows.push({ kind: 'more-interfaces', count: interfaces.length - shown })
  const shownVips = vips.length > MAX_ROWS ? MAX_ROWS - 1 : vips.length
  for (let at = 0; at < shownVips; at++) rows.push({ kind: 'vip', vip: at })
  if (shownVips < vips.length) rows.push({ kind: 'more-vips', count: vips.length - shownVips })
  return rows
}

export function hostSize(host: SceneHost): Size {
  return { width: HOST_WIDTH, height: HOST_HEAD + hostRows(host).length * ROW + HOST_FOOT }
}

/** Where the link of an interface leaves the card: the middle of its row, from the top of the card. */
export function interfaceHeight(host: SceneHost, index: number): number {
  const row = hostRows(host).findIndex(
    (each) => (each.kind === 'interface' && each.interface === index) || each.kind === 'more-interfaces',
  )
  return HOST_HEAD + Math.max(row, 0) * ROW + ROW / 2
}

export const SERVICE_SIZE: Size = { width: HOST_WIDTH, height: 46 }
/** Between the pills of services, and between the last one and their director. */
export const SERVICE_GAP = 10

/** A network is a bar as long as what hangs on it. */
export const NETWORK_WIDTH = 12
export const NETWORK_MIN_HEIGHT = 84
/** How far a bar goes beyond the outermost link. */
export const NETWORK_OVERHANG = 26
/** The name and subnet above a bar; as wide as a label may be. */
export const NETWORK_LABEL: Size = { width: 150, height: 40 }

/** A farm that is shown as one. */
export const FARM_SIZE: Size = { width: 232, height: 92 }
/** Room for the heading of an open farm, and around what is in it. */
export const FARM_HEAD = 34
export const FARM_PADDING = 16
