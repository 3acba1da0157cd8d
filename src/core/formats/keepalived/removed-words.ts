import { say } from '../../speech/say.js'
import type { FileFix } from '../text-problem.js'
import type { Word } from './words.js'

export interface Removed {
  readonly why: string
  readonly fixes: (word: Word) => readonly FileFix[]
}

/** Keywords that stand in files of older versions and of relatives of keepalived, and what became of them. */
export function removed(word: string, block: string | undefined): Removed | undefined {
  const instead = (to: string, why: string): Removed => ({
    why,
    fixes: ({ start, end }) => [{ title: say`Write ${to}`, edits: [{ span: { start, end }, newText: to }] }],
  })
  const nothing = (why: string): Removed => ({ why, fixes: () => [] })
  switch (word) {
    case 'nat_mask':
    case 'net_mask':
      return nothing(
        say`it was taken out in keepalived 1.1; the client mask of persistence is persistence_granularity`,
      )
    case 'lvs_id':
      return instead('router_id', say`its name is router_id`)
    case 'nb_get_retry':
      return block === 'HTTP_GET' || block === 'SSL_GET'
        ? undefined
        : instead('retry', say`only HTTP_GET and SSL_GET have it, for reasons of age; its name is retry`)
    case 'lb_kind':
      return block === 'real_server'
        ? instead('lvs_method', say`in a real server its name is lvs_method`)
        : undefined
    case 'fnat':
    case 'local_address_group':
    case 'laddr_group_name':
    case 'alpn':
    case 'establish_timeout':
    case 'syn_proxy':
      return nothing(say`it belongs to DPVS or to LVS with FULLNAT, which have a keepalived of their own`)
    case 'announce_group':
      return nothing(say`it belongs to a keepalived that was changed for anycast`)
    case 'scheduler':
      return block === 'virtual_server' ? instead('lvs_sched', say`its name is lvs_sched`) : undefined
    default:
      return undefined
  }
}
