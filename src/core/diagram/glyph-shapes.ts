import type { Severity } from '../topology/problem.js'
import type { PaletteItem } from './gestures.js'

/** One element of a glyph, by the names SVG has for it and its attributes. */
export interface Shape {
  readonly element: 'path' | 'rect' | 'circle'
  readonly attributes: Readonly<Record<string, string>>
  /** Filled with the colour of the strokes. */
  readonly solid?: boolean
  readonly thick?: boolean
}

const path = (d: string): Shape => ({ element: 'path', attributes: { d } })
const rect = (x: number, y: number, width: number, height: number, rx: number): Shape => ({
  element: 'rect',
  attributes: { x: String(x), y: String(y), width: String(width), height: String(height), rx: String(rx) },
})
const circle = (cx: number, cy: number, r: number): Shape => ({
  element: 'circle',
  attributes: { cx: String(cx), cy: String(cy), r: String(r) },
})
const solid = (shape: Shape): Shape => ({ ...shape, solid: true })

/*
 * Glyphs of our own, on a grid of 24: strokes in one colour, simple enough to be told apart at a quarter of their size.
 * All are decoration: the words beside them say the same.
 */
export const GLYPH_SHAPES: Readonly<Record<PaletteItem, readonly Shape[]>> = {
  // A screen on a desk.
  client: [rect(3, 4, 18, 12, 1.5), path('M8.5 20h7M12 16v4')],
  // Ways that cross.
  router: [
    circle(12, 12, 9),
    path('M7 12h10M14.5 9.5 17 12l-2.5 2.5M9.5 9.5 7 12l2.5 2.5M12 6.5v3M12 14.5v3'),
  ],
  // One comes in, three go out.
  director: [
    solid(circle(6, 12, 2.6)),
    path('M8.6 12H20M8.2 10.6 19 5M8.2 13.4 19 19'),
    path('m17.2 9.4 2.8 2.6-2.8 2.6M15.6 4.6 19.2 5l-1.6 3.3M15.6 19.4l3.6-.4-1.6-3.3'),
  ],
  // Units in a rack.
  'real-server': [
    rect(4, 3.5, 16, 7, 1.5),
    rect(4, 13.5, 16, 7, 1.5),
    path('M11.5 7H17M11.5 17H17'),
    solid(circle(7.6, 7, 1)),
    solid(circle(7.6, 17, 1)),
  ],
  // A segment with what hangs on it.
  network: [
    { ...path('M12 3v18'), thick: true },
    path('M12 7.5h5.5M12 16.5h5.5M12 12H6.5'),
    circle(19, 7.5, 1.6),
    circle(19, 16.5, 1.6),
    circle(5, 12, 1.6),
  ],
  // An address that answers for many.
  service: [
    path('M3.5 12 9 6h10.5a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H9Z'),
    solid(circle(9.3, 12, 1.3)),
    path('M13 12h5'),
  ],
}

/** A severity as a mark on a grid of 16, told apart by form: a filled body, and a sign on it in the colour of the paper. */
export const SEVERITY_SHAPES: Readonly<Record<Severity, { readonly body: Shape; readonly sign: Shape }>> = {
  error: { body: circle(8, 8, 7), sign: path('m5.3 5.3 5.4 5.4M10.7 5.3l-5.4 5.4') },
  warning: { body: path('M8 1.2 15.4 14.5H.6Z'), sign: path('M8 5.8v4M8 12v.6') },
  information: { body: rect(1, 1, 14, 14, 3), sign: path('M8 7.2v4.6M8 4v.6') },
  hint: { body: rect(1, 1, 14, 14, 7), sign: path('M5 8h6') },
}
