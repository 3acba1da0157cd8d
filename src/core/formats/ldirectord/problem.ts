import type { Span } from '../../topology/position.js'

/** What reading an ldirectord.cf can find wrong, each explained in checks/ldirectord or as a rule about clusters. */
export type LdirectordProblemCode =
  | 'LD-DIRECTIVE'
  | 'LD-INDENT'
  | 'LD-VALUE'
  | 'LD-REMOVED'
  | 'LD-COMMENT'
  | 'LD-NAME'
  | 'LD-TWICE'
  | 'LD-CHECK'
  | 'LD-LIMIT'
  | 'DUP-VS'
  | 'DUP-RS'
  | 'DR-PORT'
  | 'TUN-PORT'
  | 'TUN-FAM'
  | 'NORS'
  | 'THRESH'
  | 'PERSIST0'
  | 'OPS-UDP'

/** `newText`: what should stand there instead; empty to take it out. */
export type Tell = (code: LdirectordProblemCode, span: Span, message: string, newText?: string) => void
