import { say } from '../../speech/say.js'
import { areWhole } from '../../formats/keepalived/whole.js'
import { setting } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { intoBlock, lineOf, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** Whom programs run as, and whether others could change them. */
export function checkScripts({ tree, globals }: KeepalivedConfiguration, report: KeepalivedReport): void {
  const scripts = scriptsOf(tree.directives)
  const [first] = scripts
  if (first === undefined) return
  const user = globals.get('script_user')?.words[1]?.text
  const globalBlock = tree.directives.find(({ name }) => name === 'global_defs')
  const count = scripts.length === 1 ? say`a program is` : say`${scripts.length} programs are`
  const all = areWhole(tree, 'global_defs')
  if (all && !globals.has('enable_script_security')) {
    report(
      'KA-SCRIPT-ROOT',
      wordAt(first),
      say`${count} run without enable_script_security: one that others may write is run as root all the same${user === undefined ? say`, and no script_user says whom they run as` : ''}`,
      {
        fixes:
          globalBlock === undefined
            ? []
            : intoBlock(globalBlock, 'enable_script_security', say`Add "enable_script_security"`),
      },
    )
  }
  const bare = scripts.find(
    (script) => script.parent?.whole !== false && (ownUser(script) ?? user) === undefined,
  )
  if (all && bare !== undefined && globals.has('enable_script_security')) {
    report(
      'KA-SCRIPT-ROOT',
      lineOf(bare),
      say`${bare.name} is run as the user keepalived_script if there is one, else as root: no script_user says whom`,
    )
  }
  for (const script of scripts) {
    if ((ownUser(script) ?? user) !== 'root') continue
    report('KA-SCRIPT-ROOT', lineOf(script), say`${script.name} is run as root`, { severity: 'information' })
  }
}

const MAX_SCRIPTS = 1_000

/** Lines that run a program; those of nested blocks too. */
function scriptsOf(directives: readonly Directive[]): Directive[] {
  const found: Directive[] = []
  const visit = (lines: readonly Directive[]): void => {
    for (const line of lines) {
      if (found.length >= MAX_SCRIPTS) return
      if (line.keyword?.takes[0]?.kind === 'script' && line.words.length > 1) found.push(line)
      if (line.children !== undefined) visit(line.children)
    }
  }
  visit(directives)
  return found
}

function ownUser(script: Directive): string | undefined {
  if (script.name === 'misc_path' || script.name === 'script') {
    return script.parent === undefined ? undefined : setting(script.parent, 'user')?.words[1]?.text
  }
  return script.words[2]?.text
}
