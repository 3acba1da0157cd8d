import { say } from '../../speech/say.js'
import type { TextProblem } from '../text-problem.js'
import { INDENT, linesIn } from './lines.js'
import type { LdirectordLine } from './lines.js'
import type { LdirectordProblemCode, Tell } from './problem.js'
import { checkSetting } from './setting.js'
import { virtualOf } from './virtual.js'
import type { LdirectordVirtual } from './virtual.js'
import { GLOBAL_WORDS, VIRTUAL_WORDS } from './words.js'

/** A line that says something. */
export type Setting = Extract<LdirectordLine, { readonly kind: 'setting' }>

/** What an ldirectord.cf says, and what could not be taken. */
export interface LdirectordConfiguration {
  /** Every line, so that nothing of the text is lost. */
  readonly lines: readonly LdirectordLine[]
  readonly globals: readonly Setting[]
  readonly virtuals: readonly LdirectordVirtual[]
  readonly problems: readonly TextProblem<LdirectordProblemCode>[]
}

/** A section as it stands in the text: the line that opens it, and those that belong to it. */
export interface Section {
  readonly opening: Setting
  readonly settings: readonly Setting[]
  /** To the end of its last line. */
  readonly end: number
}

const MAX_PROBLEMS = 2_000
/** No director has so many; what follows them is not read. */
const MAX_SECTIONS = 20_000

/** Reads an ldirectord.cf as `read_config` does. Never throws: ldirectord stops at the first fault, this does not. */
export function readLdirectord(text: string): LdirectordConfiguration {
  const problems: TextProblem<LdirectordProblemCode>[] = []
  const tell: Tell = (code, span, message, newText) => {
    const fixes =
      newText === undefined
        ? []
        : [
            {
              title: newText === '' ? say`Take it out` : say`Write ${newText.trim()}`,
              edits: [{ span, newText }],
            },
          ]
    if (problems.length < MAX_PROBLEMS) problems.push({ code, span, message, fixes })
  }
  const carriage = text.indexOf('\r')
  if (carriage >= 0) {
    tell(
      'LD-VALUE',
      { start: carriage, end: carriage + 1 },
      say`lines end in CR LF here; ldirectord takes the CR for a part of each value, and "yes" is not "yes" any more`,
    )
  }
  const lines = linesIn(text)
  const { globals, sections } = sectionsIn(lines, tell)
  for (const setting of globals) checkSetting(setting, GLOBAL_WORDS, undefined, tell)
  const virtuals = sections.flatMap((section) => {
    const six = /^virtual6$/.test(section.opening.name.text)
    for (const setting of section.settings)
      checkSetting(setting, VIRTUAL_WORDS, section.opening.name.text, tell)
    return virtualOf(section, six ? 6 : 4, tell)
  })
  tellTwice(virtuals, tell)
  return { lines, globals, virtuals, problems: problems.sort((a, b) => a.span.start - b.span.start) }
}

function sectionsIn(
  lines: readonly LdirectordLine[],
  tell: Tell,
): { readonly globals: readonly Setting[]; readonly sections: readonly Section[] } {
  const globals: Setting[] = []
  const sections: { opening: Setting; settings: Setting[]; end: number }[] = []
  let open: (typeof sections)[number] | undefined
  /** The section that a blank line has closed. */
  let closed = false
  for (const line of lines) {
    if (line.kind === 'comment') {
      // At the begin of a line too: in a section it is passed over.
      continue
    }
    if (line.kind === 'blank') {
      if (open !== undefined) closed = true
      open = undefined
      continue
    }
    if (line.indent >= INDENT && open !== undefined) {
      open.settings.push(line)
      open.end = line.span.end
      continue
    }
    if (line.indent > 0) {
      const written = { start: line.span.start, end: line.name.span.end }
      const known = VIRTUAL_WORDS.has(line.name.text)
      if (open !== undefined)
        tell(
          'LD-INDENT',
          written,
          say`a line of a section is indented by ${INDENT} blanks or a tab; by ${line.indent} it ends the section`,
          `${' '.repeat(INDENT)}${line.name.text}`,
        )
      else
        tell(
          'LD-INDENT',
          line.name.span,
          closed && known
            ? say`a blank line before has ended the section of this virtual service; ldirectord takes this line for an unknown command and stops. Take the blank line out`
            : say`this line is indented, but stands in no section of a virtual service; ldirectord stops here`,
        )
      if (open === undefined) continue
      open.settings.push(line)
      open.end = line.span.end
      continue
    }
    closed = false
    if (/^virtual6?$/.test(line.name.text) && line.value !== undefined) {
      if (sections.length === MAX_SECTIONS) {
        tell(
          'LD-LIMIT',
          line.span,
          say`a file has ${MAX_SECTIONS} virtual services at most; the rest is not read`,
        )
        break
      }
      open = { opening: line, settings: [], end: line.span.end }
      sections.push(open)
    } else {
      open = undefined
      globals.push(line)
    }
  }
  return { globals, sections }
}

function tellTwice(virtuals: readonly LdirectordVirtual[], tell: Tell): void {
  const seen = new Set<string>()
  for (const { key, opening } of virtuals) {
    if (key === undefined) continue
    if (seen.has(key))
      tell(
        'DUP-VS',
        opening.value?.span ?? opening.span,
        say`this is a virtual service already; ldirectord stops at the second`,
      )
    seen.add(key)
  }
}
