import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const checkScript: Rule = {
  code: 'CHECK-SCRIPT',
  severity: 'error',
  title: 'A health check by script without a script, or as root',
  why: 'Without a program there is nothing to ask, and every real server counts as well; one that runs as root on a director is a way in for whoever can change it.',
  kernel: undefined,
  mend: 'Say as "command" which program to run, by its full path; run it as a user of its own.',
  source: 'keepalived.conf(5), MISC_CHECK, script_user and enable_script_security',
  explains: [],
  check: ({ services, topology }, report) => {
    const scripted = services.filter(({ drawn }) => drawn.health?.type === 'script')
    for (const { name, path, drawn } of scripted) {
      if (drawn.health?.command !== undefined) continue
      report(
        valueAt(below(path, 'health', 'type')),
        say`health checks of "${name}" are by script, and no "command" says which program to run`,
      )
    }
    if (scripted.length > 0 && topology.manage.scriptUser === 'root') {
      const at = pathOf('manage', 'script-user')
      report(valueAt(at), say`scripts of health checks would run as root on every director`, [
        { title: say`Run them as keepalived_script`, edits: [{ kind: 'unset', path: at }] },
      ])
    }
  },
}
