/** How much of a card is drawn: below a certain zoom nobody can read it, and it only costs time. */
export type Detail = 'full' | 'names' | 'glyphs'

export function detailAt(zoom: number): Detail {
  return zoom >= 0.5 ? 'full' : zoom >= 0.24 ? 'names' : 'glyphs'
}
