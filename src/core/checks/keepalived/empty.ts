import { say } from '../../speech/say.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { withoutLine, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** keepalived says nothing of these. */
const TAKEN =
  /^(track_\w+|virtual_ipaddress_excluded|virtual_routes|virtual_rules|static_\w+|linkbeat_interfaces)$/

/** Blocks of lines without a line. Those of a virtual_server_group weigh more, and have a rule of their own. */
export function checkEmpty({ tree }: KeepalivedConfiguration, report: KeepalivedReport): void {
  const visit = (directives: readonly Directive[]): void => {
    for (const directive of directives) {
      const { keyword, children, name } = directive
      if (children === undefined) continue
      if (keyword?.block?.kind === 'lines') {
        if (children.length > 0 || !directive.whole || name === 'virtual_server_group') continue
        report('KA-EMPTY', wordAt(directive), say`${name} has nothing in it`, {
          ...(TAKEN.test(name) ? { severity: 'warning' as const } : {}),
          fixes: withoutLine(directive, say`Take it out`),
        })
      } else visit(children)
    }
  }
  visit(tree.directives)
}
