import type { Directive, KeepalivedTree } from '../../formats/keepalived/tree.js'
import type { SourceText } from '../../formats/source-text.js'
import type { Word } from '../../formats/keepalived/words.js'
import type { FilePlace } from './file-language.js'

/** What has a name in a configuration that other places refer to. */
type NameKind = 'instance' | 'script' | 'file' | 'process' | 'bfd' | 'group' | 'sync-group'

const DEFINES: Readonly<Record<string, NameKind>> = {
  vrrp_instance: 'instance',
  vrrp_script: 'script',
  track_file: 'file',
  vrrp_track_file: 'file',
  vrrp_track_process: 'process',
  bfd_instance: 'bfd',
  virtual_server_group: 'group',
  vrrp_sync_group: 'sync-group',
}

/** Blocks whose lines begin with a name. */
const LISTS: Readonly<Record<string, NameKind>> = {
  group: 'instance',
  track_script: 'script',
  track_file: 'file',
  track_process: 'process',
  track_bfd: 'bfd',
}

interface Named {
  readonly kind: NameKind
  readonly name: string
  readonly source: SourceText
  readonly word: Word
  readonly defines: boolean
}

function namesIn({ directives }: KeepalivedTree): Named[] {
  const found: Named[] = []
  const add = (kind: NameKind, { source }: Directive, word: Word | undefined, defines: boolean): void => {
    if (word !== undefined) found.push({ kind, name: word.text, source, word, defines })
  }
  const lists = (directive: Directive): void => {
    for (const child of directive.children ?? []) {
      const kind = LISTS[child.name]
      if (kind === undefined || child.children === undefined) continue
      for (const line of child.children) add(kind, line, line.words[0], false)
    }
  }
  for (const directive of directives) {
    const kind = DEFINES[directive.name]
    if (kind !== undefined) add(kind, directive, directive.words[1], true)
    if (directive.name === 'virtual_server' && directive.words[1]?.text === 'group')
      add('group', directive, directive.words[2], false)
    if (directive.name === 'global_defs') {
      for (const { name, words, source } of directive.children ?? []) {
        const at = words.findIndex(({ text }) => text === 'inst')
        const word = words[at < 0 ? 2 : at + 1]
        if (name === 'lvs_sync_daemon' && word !== undefined)
          found.push({ kind: 'instance', name: word.text, source, word, defines: false })
      }
    }
    if (directive.name.startsWith('vrrp_')) lists(directive)
  }
  return found
}

/** Names that a line of a block may begin with. */
export function namesOfKind(tree: KeepalivedTree, lines: string, block: string): string[] {
  const kind = lines === 'group' ? 'group' : LISTS[block]
  if (kind === undefined) return []
  return [
    ...new Set(namesIn(tree).flatMap((each) => (each.defines && each.kind === kind ? [each.name] : []))),
  ]
}

function nameAt(tree: KeepalivedTree, source: SourceText, offset: number): Named | undefined {
  return namesIn(tree).find((each) => each.source === source && isOn(each.word, offset))
}

function isOn({ start, end }: Word, offset: number): boolean {
  return start <= offset && offset <= end
}

/** A definition `$NAME`, and where it is used: of another file too. */
function variableAt(tree: KeepalivedTree, source: SourceText, offset: number) {
  for (const definition of tree.definitions.all.values()) {
    const { name, uses } = definition
    // The word of a definition has its value too.
    const place = definition.place && {
      source: definition.place.source,
      word: { ...definition.place.word, end: definition.place.word.start + name.length + 1 },
    }
    const here = [...(place === undefined ? [] : [place]), ...uses]
    if (here.some((each) => each.source === source && isOn(each.word, offset))) return { place, uses }
  }
  return undefined
}

export function definitionsAt(tree: KeepalivedTree, source: SourceText, offset: number): FilePlace[] {
  const included = tree.includes.find((each) => each.source === source && isOn(each.word, offset))
  if (included !== undefined)
    return (included.files ?? []).map(({ name, text }) => ({ file: name, text, span: { start: 0, end: 0 } }))
  const variable = variableAt(tree, source, offset)
  if (variable !== undefined) return variable.place === undefined ? [] : [placeOf(variable.place)]
  const named = nameAt(tree, source, offset)
  if (named === undefined) return []
  return namesIn(tree)
    .filter(({ kind, name, defines }) => defines && kind === named.kind && name === named.name)
    .map(placeOf)
}

export function referencesAt(tree: KeepalivedTree, source: SourceText, offset: number): FilePlace[] {
  const variable = variableAt(tree, source, offset)
  if (variable !== undefined)
    return [...(variable.place === undefined ? [] : [variable.place]), ...variable.uses].map(placeOf)
  const named = nameAt(tree, source, offset)
  if (named === undefined) return []
  return namesIn(tree)
    .filter(({ kind, name }) => kind === named.kind && name === named.name)
    .map(placeOf)
}

function placeOf({ source, word }: { readonly source: SourceText; readonly word: Word }): FilePlace {
  return { file: source.name, text: source.text, span: { start: word.start, end: word.end } }
}
