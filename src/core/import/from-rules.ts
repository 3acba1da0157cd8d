import { readRules } from '../formats/ipvsadm/rules.js'
import type { SourceText } from '../formats/source-text.js'
import { textLines } from '../topology/position.js'
import type { FoundDirector, ImportNote } from './found.js'

/** What a table of ipvsadm rules tells of its director: its services, and nothing else. */
export function fromRules({ name, text }: SourceText): {
  readonly director: FoundDirector
  readonly notes: readonly ImportNote[]
} {
  const { services, problems } = readRules(text)
  const lines = textLines(text)
  const lineOf = (offset: number) => lines.position(offset).line + 1
  return {
    director: {
      source: name,
      name: undefined,
      kernel: undefined,
      manager: 'ipvsadm',
      scriptUser: undefined,
      services: services.map(({ span, target, scheduler, flags, persistence, onePacket, destinations }) => ({
        target,
        scheduler,
        flags,
        persistence,
        onePacket,
        destinations,
        name: undefined,
        source: name,
        line: lineOf(span.start),
        marked: undefined,
        sorryServer: undefined,
        health: undefined,
        quorum: undefined,
        hysteresis: undefined,
      })),
      interfaces: [],
      addresses: [],
      gateways: [],
      routes: [],
      vrrp: [],
      sync: /^[ \t]*(?:\S*ipvsadm[ \t]+)?--start-daemon\b/m.test(text),
      observed: false,
      masquerades: undefined,
    },
    notes: problems
      .filter(({ code }) => code !== 'IPVS-COMMENT')
      .map(({ span, message, code }) => ({
        code: 'IMPORT-UNREAD',
        source: name,
        line: lineOf(span.start),
        message: `${message} (${code})`,
      })),
  }
}
