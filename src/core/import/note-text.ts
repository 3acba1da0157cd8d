import type { ImportNote } from './found.js'

/** `keepalived.conf:12: IMPORT-LOST: …` */
export function noteText({ code, source, line, message }: ImportNote): string {
  return `${source}${line === undefined ? '' : `:${line}`}: ${code}: ${message}`
}
