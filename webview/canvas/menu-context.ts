import type { Subject } from '../../src/core/diagram/scene.js'

/**
 * What VS Code's native menu is told of the canvas where it is opened (data-vscode-context), for the when-clauses of its
 * entries. Entries act on the selection: what the menu is opened on is selected first.
 */
export function menuContext({
  selection,
  farm,
  inFarm,
  editable,
}: {
  readonly selection: readonly Subject[]
  /** A closed farm is selected. */
  readonly farm: boolean
  /** The selected host is one of a farm. */
  readonly inFarm: boolean
  readonly editable: boolean
}): string {
  const [first, ...others] = selection
  const selected = first === undefined ? (farm ? 'farm' : 'none') : others.length > 0 ? 'several' : first.what
  return JSON.stringify({
    lvsSelected: selected,
    ...(selected === 'host' ? { lvsHost: first?.name } : {}),
    lvsEditable: editable,
    lvsInFarm: inFarm,
    preventDefaultContextMenuItems: true,
  })
}
