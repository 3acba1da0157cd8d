import { readRules } from '../formats/ipvsadm/rules.js'
import { printRules, targetOptions } from '../formats/ipvsadm.js'
import { keepalivedConfiguration } from '../formats/keepalived/configuration.js'
import { keepalivedTable } from '../formats/keepalived/table.js'
import { readKeepalived } from '../formats/keepalived/tree.js'
import { readLdirectord } from '../formats/ldirectord/configuration.js'
import type { VirtualService } from '../formats/ipvs-table.js'
import { NO_FILES } from '../formats/source-text.js'
import type { SourceText } from '../formats/source-text.js'
import { deriveCluster } from '../hosts/cluster.js'
import { renderCluster } from '../render/cluster.js'
import { parseTopology } from '../topology/parse.js'
import type { FoundHost, ImportNote } from './found.js'
import { importTopology } from './import-topology.js'
import { readSource } from './read-source.js'
import type { ImportKind } from './read-source.js'

export function imported(
  kind: ImportKind,
  texts: readonly string[],
  hosts: readonly FoundHost[] = [],
  name?: string,
): { readonly text: string; readonly notes: readonly ImportNote[] } {
  const read = texts.map((text, index) => readSource(kind, sourceOf(text, index), NO_FILES))
  const result = importTopology({ directors: read.flatMap(({ directors }) => directors), hosts }, name)
  return { text: result.text, notes: [...read.flatMap(({ notes }) => notes), ...result.notes] }
}

function sourceOf(text: string, index: number): SourceText {
  return { name: `file${index + 1}`, text }
}

/** The table a source makes, as rules in one order: what two equal ones have in common. */
export function rulesOfSource(kind: ImportKind, text: string): string {
  switch (kind) {
    case 'keepalived': {
      const tree = readKeepalived(sourceOf(text, 0), { files: NO_FILES, id: undefined })
      return inOrder(keepalivedTable(keepalivedConfiguration(tree)).map((entry) => entry.virtualService))
    }
    case 'ipvsadm':
      return inOrder(readRules(text).services)
    case 'ldirectord':
      return inOrder(readLdirectord(text).virtuals.flatMap(({ virtualService }) => virtualService ?? []))
  }
}

/** The table the first director of a topology gets. */
export function rulesOfTopology(text: string): string {
  const cluster = deriveCluster(parseTopology(text).topology)
  return inOrder(cluster.services.flatMap(({ virtualService }) => virtualService ?? []))
}

/** The rules that are generated for the first director of a topology, read again. */
export function rulesGenerated(text: string): string {
  const files = renderCluster(deriveCluster(parseTopology(text).topology))
  const rules = files.find(({ path }) => path.endsWith('/ipvsadm.rules'))?.content ?? ''
  return inOrder(readRules(rules).services)
}

function inOrder(services: readonly VirtualService[]): string {
  const sorted = [...services].sort((a, b) => targetOptions(a.target).localeCompare(targetOptions(b.target)))
  return printRules(
    sorted.map((service) => ({
      ...service,
      destinations: [...service.destinations].sort(
        (a, b) => a.address.localeCompare(b.address) || a.port - b.port,
      ),
    })),
  )
}
