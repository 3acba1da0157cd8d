import { isSafeInKeepalived } from '../../formats/keepalived/writing.js'
import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const checkText: Rule = {
  code: 'CHECK-TEXT',
  severity: 'error',
  title: 'A path that keepalived.conf would read as something else',
  why: 'A comment, a definition or a block would begin in the middle of the path: keepalived would ask for something else, or read the rest of its file wrongly.',
  kernel: undefined,
  mend: 'Give the page that is asked for a plain path: letters, digits and - . _ / : , = & ? + * ( ) ; no spaces, quotes, braces, exclamation marks, or any of # $ @ ~ % \\.',
  source: 'keepalived/core/parser.c, decomment and alloc_strvec; keepalived.conf(5)',
  explains: [],
  check: ({ services, topology }, report) => {
    if (topology.manage.director !== 'keepalived') return
    for (const { name, path, drawn } of services) {
      const { type, path: asked } = drawn.health ?? {}
      if (asked === undefined || (type !== 'http' && type !== 'https')) continue
      if (isSafeInKeepalived(asked) && !asked.includes(' ')) continue
      const [bad = ''] = /[\s"'{}#$@~%!\\\u0000-\u001f\u007f-\uffff]/.exec(asked) ?? []
      report(
        valueAt(below(path, 'health', 'path')),
        say`"${asked}", which health checks of "${name}" ask for, has "${bad}" in it, which keepalived.conf would not read as part of a path`,
      )
    }
  },
}
