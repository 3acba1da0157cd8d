import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import type { Health, HealthType } from '../../topology/types.js'
import { keyAt, takingOut } from '../places.js'
import type { Rule } from '../rule.js'
import { listed } from '../wording.js'

export const checkKeys: Rule = {
  code: 'CHECK-KEYS',
  severity: 'warning',
  title: 'A health check that is told what it does not use',
  why: 'What was meant to be looked at is not: the check finds well what it was to find dead.',
  kernel: undefined,
  mend: 'Take the key out, or choose the type of check that uses it.',
  source: 'keepalived.conf(5), the checkers of real_server',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn } of services) {
      const { health } = drawn
      if (health?.type === undefined) continue
      for (const { key, property, types } of KEYS) {
        const value = health[property]
        if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
        if (types.includes(health.type)) continue
        const at = below(path, 'health', key)
        report(
          keyAt(at),
          say`health checks of "${name}" by ${health.type} do not use "${key}", which is for ${listed(types)}`,
          [takingOut(at, say`Take ${key} out`)],
        )
      }
    }
  },
}

/** Keys that only some types of check use; `path` is CHECK-PATH's. */
const KEYS: readonly {
  readonly key: string
  readonly property: keyof Health
  readonly types: readonly HealthType[]
}[] = [
  { key: 'port', property: 'port', types: ['tcp', 'http', 'https', 'dns', 'smtp', 'udp'] },
  { key: 'host', property: 'host', types: ['http', 'https'] },
  { key: 'status', property: 'status', types: ['http', 'https'] },
  { key: 'name', property: 'name', types: ['dns'] },
  { key: 'record', property: 'record', types: ['dns'] },
  { key: 'helo', property: 'helo', types: ['smtp'] },
  { key: 'send', property: 'send', types: ['udp'] },
  { key: 'expect', property: 'expect', types: ['udp'] },
  { key: 'command', property: 'command', types: ['script'] },
]
