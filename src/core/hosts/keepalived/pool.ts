import { destinationKey, destinationOptions, targetOptions } from '../../formats/ipvsadm.js'
import type { VirtualService } from '../../formats/ipvs-table.js'
import { keepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import { destinationOf, keepalivedTable } from '../../formats/keepalived/table.js'
import type { KeepalivedEntry } from '../../formats/keepalived/table.js'
import { readKeepalived } from '../../formats/keepalived/tree.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { NO_FILES } from '../../formats/source-text.js'

/** What keepalived does by itself with the destinations of its file (formats/ipvsadm.ts `destinationKey`). */
export interface KeepalivedPool {
  /** Those it checks and that are not in the table: it has taken them out, and brings them back as it says here. */
  readonly takenOut: ReadonlyMap<string, string>
  /** All of its file, sorry servers too: it puts them into the table when it sees fit. */
  readonly known: ReadonlySet<string>
}

export const NO_POOL: KeepalivedPool = { takenOut: new Map(), known: new Set() }

/** By the file of a keepalived that runs, and the table beside it. */
export function keepalivedPool(file: string, table: readonly VirtualService[]): KeepalivedPool {
  const there = new Map(
    table.map((service) => [
      targetOptions(service.target),
      new Set(service.destinations.map((destination) => destinationKey(service.target, destination))),
    ]),
  )
  const takenOut = new Map<string, string>()
  const known = new Set<string>()
  for (const { of, virtualService } of entriesOf(file)) {
    const { target, destinations } = virtualService
    const found = there.get(targetOptions(target))
    const checked = of.realServers.some(({ directive }) => isChecked(directive))
    for (const destination of destinations) {
      const key = destinationKey(target, destination)
      known.add(key)
      // One that is gone with its service was not taken out by a check.
      if (checked && found?.has(key) === false) takenOut.set(key, destinationOptions(destination))
    }
    const sorry = of.sorryServer && destinationOf(of.sorryServer, target)
    if (sorry !== undefined) known.add(destinationKey(target, sorry))
  }
  return { takenOut, known }
}

/** A file of ours with other weights for some of its destinations; nothing else of it changes. */
export function withWeights(file: string, weightOf: (key: string) => number | undefined): string {
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = []
  for (const { of, virtualService } of entriesOf(file)) {
    for (const realServer of of.realServers) {
      const destination = destinationOf(realServer, virtualService.target)
      const weight = destination && weightOf(destinationKey(virtualService.target, destination))
      const [, word] = realServer.directive.children?.find(({ name }) => name === 'weight')?.words ?? []
      if (weight !== undefined && word !== undefined) edits.push({ ...word, text: String(weight) })
    }
  }
  let text = ''
  let at = 0
  for (const { start, end, text: weight } of edits) {
    text += file.slice(at, start) + weight
    at = end
  }
  return text + file.slice(at)
}

function entriesOf(file: string): KeepalivedEntry[] {
  const tree = readKeepalived({ name: 'keepalived.conf', text: file }, { files: NO_FILES })
  return keepalivedTable(keepalivedConfiguration(tree))
}

function isChecked({ children = [] }: Directive): boolean {
  return children.some(({ name }) => /_(CHECK|GET)$/.test(name))
}
