/** The parts of the page that keys go from and to. */
export type Part = 'canvas' | 'panel'

export function focusOn(part: Part): void {
  document.querySelector<HTMLElement>(`.${part}`)?.focus()
}
