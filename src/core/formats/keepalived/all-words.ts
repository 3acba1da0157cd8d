import { GLOBAL_WORDS } from './global-words.js'
import { LVS_WORDS } from './lvs-words.js'
import { vocabulary } from './vocabulary.js'
import type { Vocabulary } from './vocabulary.js'
import { VRRP_WORDS } from './vrrp-words.js'

/** What may stand outside of every block. */
export const ALL_WORDS: Vocabulary = vocabulary(GLOBAL_WORDS, LVS_WORDS, VRRP_WORDS)
