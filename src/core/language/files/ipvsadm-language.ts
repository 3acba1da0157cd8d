import { targetText } from '../../hosts/needs.js'
import { readRules } from '../../formats/ipvsadm/rules.js'
import { withPort } from '../../topology/address.js'
import type { FileLanguage } from './file-language.js'

/** Rules of ipvsadm as an editor sees them: each service with its real servers. */
export function ipvsadmLanguage(text: string): FileLanguage {
  return {
    hoverAt: () => undefined,
    completeAt: () => [],
    symbols: () =>
      readRules(text).services.map(({ target, scheduler, span, destinations }) => {
        const last = destinations.at(-1)?.span.end ?? span.end
        return {
          kind: 'service',
          name: targetText(target),
          detail: scheduler,
          whole: { start: span.start, end: Math.max(last, span.end) },
          key: span,
          children: destinations.flatMap(({ address, port, method, span: own }) =>
            own.start < span.start
              ? []
              : [
                  {
                    kind: 'real-server' as const,
                    name: withPort(address, port),
                    detail: method,
                    whole: own,
                    key: own,
                    children: [],
                  },
                ],
          ),
        }
      }),
    format: undefined,
    definitionsAt: () => [],
    referencesAt: () => [],
  }
}
