import { said, say } from '../speech/say.js'
import type { TopologyEdit } from '../topology/edit.js'
import { editTopology } from '../topology/edits.js'
import type { EditResult } from '../topology/edits.js'
import { INTERFACE_NAME } from '../topology/names.js'
import type { ParsedTopology } from '../topology/parse.js'
import { pathSteps } from '../topology/path.js'
import type { Span } from '../topology/position.js'
import { anchorAt } from './anchors.js'
import { mentionAt, mentionsIn } from './mentions.js'
import type { Mention, Referent } from './mentions.js'

export type RenameTarget =
  | { readonly ok: true; readonly span: Span; readonly name: string }
  | { readonly ok: false; readonly reason: string }

type Renamed = Exclude<Referent, { readonly what: 'address' }>
type Found =
  | { readonly ok: true; readonly mention: Mention; readonly of: Renamed }
  | { readonly ok: false; readonly reason: string }

/** The name at an offset that can be given another one, or why there is none. */
export function renameTarget(parsed: ParsedTopology, offset: number): RenameTarget {
  const found = targetAt(parsed, offset)
  return found.ok ? { ok: true, span: found.mention.span, name: found.of.name } : found
}

/** Gives what is named at an offset another name, there and wherever the file refers to it; or says why not. */
export function renameAt(parsed: ParsedTopology, offset: number, newName: string): EditResult {
  const found = targetAt(parsed, offset)
  if (!found.ok) return found
  const { of } = found
  const to = newName.trim()
  if (of.what !== 'interface') {
    return editTopology(parsed, [{ kind: 'rename', what: of.what, from: of.name, to }])
  }
  if (to === of.name) return { ok: true, edits: [] }
  if (!INTERFACE_NAME.test(to) || to === 'lo') {
    return {
      ok: false,
      reason:
        to === 'lo'
          ? say`"lo" is the loopback device of every host; choose another name`
          : say`"${to}" cannot be the name of an interface: up to 15 letters, digits, dots, dashes, underscores and "@", not starting with a dash`,
    }
  }
  return editTopology(parsed, interfaceEdits(mentionsIn(parsed).of(of), to))
}

function targetAt(parsed: ParsedTopology, offset: number): Found {
  if (anchorAt(parsed, offset) !== undefined) {
    return refused(say`anchors keep their names; change them in the text, at the anchor and at every copy`)
  }
  const mention = mentionAt(parsed, offset)
  if (mention === undefined) {
    return refused(say`nothing here has a name of its own: hosts, networks, services and interfaces have`)
  }
  const { of } = mention
  if (of.what === 'address') {
    return refused(say`${of.name} is an address, which no rename follows; change it in the text`)
  }
  if (of.what === 'interface' && of.name === 'lo') {
    return refused(say`"lo" is the loopback device of every host and keeps its name`)
  }
  const declared = mentionsIn(parsed)
    .of(of)
    .find(({ declares }) => declares)
  if (declared === undefined) {
    const whose = of.what === 'interface' ? say` on ${of.host}` : ''
    return refused(
      say`there is no ${said(of.what)} "${of.name}"${whose}; draw it, or correct the name in the text`,
    )
  }
  const shared = of.what === 'interface' ? otherHost(parsed, declared, of.host) : undefined
  if (of.what === 'interface' && shared !== undefined) {
    return refused(
      say`"${of.name}" of ${of.host} is "${of.name}" of ${shared} too, by an alias; write the copy out in the text first`,
    )
  }
  return { ok: true, mention, of }
}

/** Another host that has this very interface as its own, its interfaces being a copy. */
function otherHost(parsed: ParsedTopology, declared: Mention, host: string): string | undefined {
  const other = mentionsIn(parsed).all.find(
    ({ of, span }) => of.what === 'interface' && of.host !== host && span.start === declared.span.start,
  )
  return other?.of.what === 'interface' ? other.of.host : undefined
}

/** What refers to an interface before the interface itself: its own path is part of theirs. */
function interfaceEdits(mentions: readonly Mention[], to: string): TopologyEdit[] {
  const references = mentions.filter(({ declares }) => !declares)
  const declarations = mentions.filter(({ declares }) => declares)
  return [...references, ...declarations].map(({ path, part, declares, of }): TopologyEdit => {
    if (part === 'value') return { kind: 'set', path, value: to }
    if (declares) return { kind: 'rename-key', path, to }
    const sysctl = pathSteps(path).at(-1) ?? ''
    const inSysctl = (name: string) => `.${name.replaceAll('.', '/')}.`
    return { kind: 'rename-key', path, to: sysctl.replace(inSysctl(of.name), inSysctl(to)) }
  })
}

function refused(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason }
}
