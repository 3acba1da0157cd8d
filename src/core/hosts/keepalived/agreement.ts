import { say } from '../../speech/say.js'
import { printRules } from '../../formats/ipvsadm.js'
import type { VirtualService } from '../../formats/ipvs-table.js'
import { keepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import { keepalivedTable } from '../../formats/keepalived/table.js'
import { NO_FILES } from '../../formats/source-text.js'
import { readKeepalived } from '../../formats/keepalived/tree.js'
import { misread } from '../../formats/keepalived/writing.js'
import type { Cluster } from '../cluster.js'
import { directorConfiguration } from './director-file.js'
import type { DirectorConfiguration } from './director-file.js'

/**
 * Where a written configuration does not say what was to be said, as the rest of a sentence; undefined where it does. It
 * is read back word by word, and then for what keepalived would put into the table of IPVS.
 */
export function disagreement(
  { statements, written }: DirectorConfiguration,
  wanted: readonly VirtualService[],
): string | undefined {
  const [refused] = written.refused
  if (refused !== undefined) return say`"${refused}" cannot be written into keepalived.conf`
  const wrong = misread(written.text, statements)
  if (wrong !== undefined) return wrong
  const tree = readKeepalived({ name: 'keepalived.conf', text: written.text }, { files: NO_FILES })
  const [meant, read] = [
    wanted,
    keepalivedTable(keepalivedConfiguration(tree)).map((entry) => entry.virtualService),
  ].map((services) => printRules(services).split('\n'))
  const at = meant?.findIndex((line, index) => line !== read?.[index]) ?? -1
  return at < 0 && meant?.length === read?.length
    ? undefined
    : say`the table of IPVS would have "${read?.[at] ?? ''}" in place of "${meant?.[at] ?? ''}"`
}

/** Of every director that keepalived manages. */
export function disagreements({ topology, services, hosts }: Cluster): {
  readonly host: string
  readonly reason: string
}[] {
  return [...hosts.values()].flatMap(({ name, state }) => {
    const configuration = directorConfiguration(topology, services, name)
    const reason = configuration && disagreement(configuration, state.virtualServices)
    return reason === undefined ? [] : [{ host: name, reason }]
  })
}
