import { importTopology } from '../core/import/import-topology.js'
import { noteText } from '../core/import/note-text.js'
import { say } from '../core/speech/say.js'
import type { EngineRequestOf, ImportReport } from '../protocol/engine.js'
import type { EngineCall } from './call.js'
import { EngineRefusal } from './refusal.js'
import { reachFrom } from './reach.js'

/** A drawing of what runs on hosts; changes nothing there. */
export async function importRequest(
  { hosts, sshConfig }: EngineRequestOf<'import'>,
  call: EngineCall,
): Promise<ImportReport> {
  const { findOnHosts } = await import('../remote/deploy/found-on-hosts.js')
  const found = await findOnHosts(hosts, await reachFrom(sshConfig, call))
  const unread = found.notes.map(noteText).join('\n')
  if (found.directors.length + found.hosts.length === 0)
    throw new EngineRefusal(`${say`no host could be read; nothing was drawn`}\n${unread}`)
  if (found.directors.length === 0)
    throw new EngineRefusal(
      `${say`no virtual service is in the IPVS table of ${hosts.join(', ')}; name the directors too`}\n${unread}`.trim(),
    )
  const drawn = importTopology(found)
  return {
    kind: 'import',
    text: drawn.text,
    services: drawn.services,
    notes: [...found.notes, ...drawn.notes].map(noteText),
  }
}
