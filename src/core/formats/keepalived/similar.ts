import type { FileFix } from '../text-problem.js'
import type { Word } from './words.js'

/** The keyword a misspelt one most likely means; undefined where none is near. */
export function similar(word: string, keywords: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = word.length <= 4 ? 1 : word.length <= 10 ? 2 : 3
  if (word.length > 60) return undefined
  const lower = word.toLowerCase()
  for (const keyword of keywords) {
    if (keyword.toLowerCase() === lower) return keyword
    if (Math.abs(keyword.length - word.length) > least) continue
    const far = distance(lower, keyword.toLowerCase(), least)
    if (far <= least) {
      if (best !== undefined && far === least) continue
      best = keyword
      least = far
    }
  }
  return best
}

/** Letters to change, put in, take out or exchange with their neighbour; more than `most` is `most` + 1. */
function distance(a: string, b: string, most: number): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1)
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1)) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      }
      next.push(cost)
    }
    if (Math.min(...next) > most) return most + 1
    before = row
    row = next
  }
  return row[b.length] ?? most + 1
}

export interface Removed {
  readonly why: string
  readonly fixes: (word: Word) => readonly FileFix[]
}

/** Keywords that stand in files of older versions and of relatives of keepalived, and what became of them. */
export function removed(word: string, block: string | undefined): Removed | undefined {
  const instead = (to: string, why: string): Removed => ({
    why,
    fixes: ({ start, end }) => [{ title: `Write ${to}`, edits: [{ span: { start, end }, newText: to }] }],
  })
  const nothing = (why: string): Removed => ({ why, fixes: () => [] })
  switch (word) {
    case 'nat_mask':
    case 'net_mask':
      return nothing(
        'it was taken out in keepalived 1.1; the client mask of persistence is persistence_granularity',
      )
    case 'lvs_id':
      return instead('router_id', 'its name is router_id')
    case 'nb_get_retry':
      return block === 'HTTP_GET' || block === 'SSL_GET'
        ? undefined
        : instead('retry', 'only HTTP_GET and SSL_GET have it, for reasons of age; its name is retry')
    case 'lb_kind':
      return block === 'real_server'
        ? instead('lvs_method', 'in a real server its name is lvs_method')
        : undefined
    case 'fnat':
    case 'local_address_group':
    case 'laddr_group_name':
    case 'alpn':
    case 'establish_timeout':
    case 'syn_proxy':
      return nothing('it belongs to DPVS or to LVS with FULLNAT, which have a keepalived of their own')
    case 'announce_group':
      return nothing('it belongs to a keepalived that was changed for anycast')
    case 'scheduler':
      return block === 'virtual_server' ? instead('lvs_sched', 'its name is lvs_sched') : undefined
    default:
      return undefined
  }
}
