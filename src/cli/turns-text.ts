import type { ServiceTurns } from '../core/packet/turns.js'
import { listed } from '../core/checks/wording.js'
import { wrapped } from './paragraph.js'
import { visibleText } from './visible-text.js'

/** Whom schedulers choose, a paragraph a service. */
export function turnsText(all: readonly ServiceTurns[], width: number): string {
  return all.map((turns) => `${wrapped(visibleText(sentence(turns)), width).join('\n')}\n`).join('\n')
}

function sentence({ service, scheduler, clients, realServers, untold }: ServiceTurns): string {
  const start = `"${service}": `
  if (realServers === undefined) {
    return `${start}whom ${scheduler} chooses cannot be told: ${untold ?? ''}.`
  }
  const counts = new Map<string, number>()
  for (const name of realServers) counts.set(name ?? REFUSED, (counts.get(name ?? REFUSED) ?? 0) + 1)
  const shares = [...counts].map(([name, count]) => `${name} ${count}`)
  return `${start}of ${realServers.length} connections that last, by ${listed(clients)} in turn, ${scheduler} sends one after the other to ${realServers.map((name) => name ?? REFUSED).join(', ')} (${shares.join(', ')}).`
}

const REFUSED = 'nobody'

export function turnsJson(all: readonly ServiceTurns[]) {
  return all.map(({ service, scheduler, clients, realServers, untold }) => ({
    service,
    scheduler,
    clients,
    realServers: realServers?.map((name) => name ?? null) ?? null,
    untold: untold ?? null,
  }))
}
