import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const checkPath: Rule = {
  code: 'CHECK-PATH',
  severity: 'warning',
  title: 'A health check whose path is not asked for as it stands',
  why: 'A check that asks for no path looks at less than was meant; one that asks for no absolute path is refused by most servers, and takes all of them out.',
  kernel: undefined,
  mend: 'Give a path to http and https checks only, beginning with "/".',
  source: 'keepalived.conf(5), HTTP_GET and SSL_GET; RFC 9112, 3.2.1 (origin-form)',
  explains: [],
  check: ({ services }, report) => {
    for (const { name, path, drawn } of services) {
      const { type, path: asked } = drawn.health ?? {}
      if (type === undefined || asked === undefined) continue
      const at = below(path, 'health', 'path')
      if (type !== 'http' && type !== 'https') {
        report(valueAt(at), say`health checks of "${name}" by ${type} ask for no path`, [
          takingOut(at, say`Take the path out`),
          {
            title: say`Check by http`,
            edits: [{ kind: 'set', path: below(path, 'health', 'type'), value: 'http' }],
          },
        ])
      } else if (!asked.startsWith('/')) {
        report(
          valueAt(at),
          say`"${asked}", which health checks of "${name}" ask for, does not begin with "/"`,
          [{ title: say`Ask for /${asked}`, edits: [{ kind: 'set', path: at, value: `/${asked}` }] }],
        )
      }
    }
  },
}
