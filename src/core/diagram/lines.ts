import type { Position } from '../topology/types.js'
import type { Box } from './picture.js'
import type { SceneRealServer } from './scene.js'

/* The lines of a drawing, as SVG path data. */

/** A host's way onto a network: its path, and where it ends on the bar. */
export interface LinkLine {
  readonly path: string
  readonly end: Position
}

/** How far a bent line goes straight before it bends. */
const STUB = 14
/** What a bar keeps free of lines at its ends. */
const BAR_END = 6

/**
 * From a row of a card straight to the bar of its network; bent where the bar has been moved out of its reach.
 *
 * @param row from the top of the card
 */
export function linkLine(card: Box, row: number, bar: Box): LinkLine {
  const y = card.y + row
  const end = Math.min(Math.max(y, bar.y + BAR_END), bar.y + bar.height - BAR_END)
  const middle = bar.x + bar.width / 2
  // From the side of the card that faces the bar; above or below one another, from the nearer side.
  const rightwards = middle > card.x + card.width / 2
  const start = rightwards ? card.x + card.width : card.x
  const stub = rightwards ? start + STUB : start - STUB
  const path =
    end === y ? `M ${start} ${y} L ${middle} ${end}` : `M ${start} ${y} L ${stub} ${y} L ${middle} ${end}`
  return { path, end: { x: middle, y: end } }
}

/** From a service to one of its real servers: its path, and the middle of what is said on it. */
export interface FlowLine {
  readonly path: string
  readonly label: Position
}

/** Where a line meets the head of a card. */
const HEAD = 21

/** How far a line to a card below or above leaves their column. */
const ASIDE = 64

/** To the head of a card; to a farm, wherever its side is nearest. */
export function flowLine(pill: Box, card: Box, isFarm: boolean): FlowLine {
  // Straight there it would be hidden behind what stands between them.
  if (inOneColumn(pill, card)) return lineAside(pill, card)
  const rightwards = card.x + card.width / 2 >= pill.x + pill.width / 2
  const [x1, y1] = [rightwards ? pill.x + pill.width : pill.x, pill.y + pill.height / 2]
  const x2 = rightwards ? card.x - 2 : card.x + card.width + 2
  const y2 = isFarm ? Math.min(Math.max(y1, card.y + 20), card.y + card.height - 20) : card.y + HEAD
  const bend = bendOf(x1, x2) * (rightwards ? 1 : -1)
  return {
    path: `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`,
    // Below the line: the name of the network beside it stands as high as the line itself. On the way to a farm that
    // is as high as all of it, so it is said where the line begins.
    label: isFarm
      ? { x: x1 + (rightwards ? 28 : -28), y: y1 + 11 }
      : { x: x2 - (rightwards ? 42 : -42), y: y2 + 11 },
  }
}

function lineAside(pill: Box, card: Box): FlowLine {
  const [x1, y1] = [pill.x + pill.width, pill.y + pill.height / 2]
  const [x2, y2] = [card.x + card.width + 2, card.y + HEAD]
  const out = Math.max(x1, x2) + ASIDE
  return {
    path: `M ${x1} ${y1} C ${out} ${y1}, ${out} ${y2}, ${x2} ${y2}`,
    label: { x: x2 + 28, y: y2 + 11 },
  }
}

/** Whether one stands above the other. */
export function inOneColumn(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width
}

/** What is said on the line to a real server: what is not as usual. */
export function flowNotes({ port, weight }: SceneRealServer): string {
  const notes = [port === undefined ? '' : `:${port}`, weight === 1 ? '' : `w=${weight}`]
  return notes.filter(Boolean).join(' ')
}

function bendOf(from: number, to: number): number {
  return Math.max(40, Math.abs(to - from) / 2)
}

/** The way of a request from one point to another. */
export function curvedLine([from, to]: readonly Position[]): string {
  if (from === undefined || to === undefined) return ''
  const bend = bendOf(from.x, to.x)
  return `M ${from.x} ${from.y} C ${from.x + bend} ${from.y}, ${to.x - bend} ${to.y}, ${to.x - 2} ${to.y}`
}

const RADIUS = 12

/** Straight lines with round corners. */
export function roundedLine(points: readonly Position[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]]
      if (before === undefined) return `M ${point.x} ${point.y}`
      if (after === undefined) return `L ${point.x} ${point.y}`
      const [start, end] = [towards(point, before), towards(point, after)]
      return `L ${start.x} ${start.y} Q ${point.x} ${point.y} ${end.x} ${end.y}`
    })
    .join(' ')
}

function towards(from: Position, to: Position): Position {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy)
  const by = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length
  return { x: from.x + dx * by, y: from.y + dy * by }
}
