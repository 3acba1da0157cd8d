import type { Finding } from '../core/checks/check.js'
import type { SettingsProblem } from '../core/checks/settings.js'
import type { ModeComparison } from '../core/compare/modes.js'
import type { FileKind } from '../core/formats/file-kind.js'
import type { FileSymbol } from '../core/language/files/file-language.js'
import type { FragmentText } from '../core/diagram/fragment.js'
import type { Scene, Subject } from '../core/diagram/scene.js'
import type { Completion } from '../core/language/completion.js'
import type { Fold } from '../core/language/folding.js'
import type { LineRange } from '../core/language/format.js'
import type { Lens } from '../core/language/lenses.js'
import type { OutlineKind } from '../core/language/symbols.js'
import type { Inspection } from '../core/language/inspection.js'
import type { RenderedFile } from '../core/render/file.js'
import type { Target } from '../core/render/target.js'
import type { TopologyEdit } from '../core/topology/edit.js'
import type { Language } from '../core/speech/say.js'
import type { Path } from '../core/topology/path.js'
import type { Position, Range } from '../core/topology/position.js'
import type { Mode, SshSettings } from '../core/topology/types.js'
import type { WalkChoices, WalkWish, Walked } from './walks.js'

/**
 * What the extension asks the reader, the thread in which the texts of topologies are read. By kind: what is asked,
 * and the answer. Both are plain data that can be cloned from thread to thread; places are lines and characters.
 */
export interface Questions {
  /** Every finding, for the Problems panel. */
  readonly findings: { readonly ask: unknown; readonly answer: readonly ShownFinding[] }
  /** What is wrong with a text of settings, of which nothing else is asked. */
  readonly 'settings-problems': { readonly ask: unknown; readonly answer: readonly SettingsProblem[] }
  /** What commands look at before they act. */
  readonly report: { readonly ask: unknown; readonly answer: TopologyReport }
  /** What is said about a cluster in one line. */
  readonly summary: { readonly ask: unknown; readonly answer: ClusterSummary }
  readonly files: { readonly ask: { readonly target: Target }; readonly answer: GeneratedFiles }
  /** The cluster as a page of Markdown, beside which its drawing is called so. */
  readonly page: { readonly ask: { readonly drawing: string }; readonly answer: string }
  readonly hover: {
    readonly ask: { readonly position: Position }
    readonly answer: { readonly markdown: string; readonly range: Range } | undefined
  }
  /** The fixes of findings that touch a range, and the comments that would take them back. */
  readonly fixes: { readonly ask: { readonly range: Range }; readonly answer: readonly OfferedFix[] }
  /** Everything of one code mended at once, as far as it can be. */
  readonly 'fix-all': { readonly ask: { readonly code: string }; readonly answer: EditAnswer }
  readonly completion: {
    readonly ask: { readonly position: Position }
    readonly answer: readonly OfferedText[]
  }
  readonly definition: {
    readonly ask: { readonly position: Position }
    readonly answer: Declared | undefined
  }
  readonly references: {
    readonly ask: { readonly position: Position; readonly declaration: boolean }
    readonly answer: readonly Range[]
  }
  readonly renaming: {
    readonly ask: { readonly position: Position }
    readonly answer:
      | { readonly ok: true; readonly range: Range; readonly name: string }
      | { readonly ok: false; readonly reason: string }
  }
  readonly rename: {
    readonly ask: { readonly position: Position; readonly name: string }
    readonly answer: EditAnswer
  }
  readonly outline: { readonly ask: unknown; readonly answer: PackedOutline }
  readonly folds: { readonly ask: unknown; readonly answer: readonly Fold[] }
  /** `lines`: only these, 0-based, both included; `tabSize`: where the file does not tell. */
  readonly format: {
    readonly ask: { readonly tabSize: number; readonly lines: LineRange | undefined }
    readonly answer: EditAnswer
  }
  readonly lenses: { readonly ask: unknown; readonly answer: readonly ServiceLens[] }
  /** As VS Code takes them: five numbers a token, places relative to the token before. */
  readonly tokens: { readonly ask: unknown; readonly answer: Uint32Array }
  readonly model: { readonly ask: unknown; readonly answer: DrawnModel }
  readonly inspection: {
    readonly ask: { readonly subject: Subject | undefined }
    readonly answer: Inspection | undefined
  }
  /** Undefined for a service that is not there. */
  readonly modes: { readonly ask: { readonly service: string }; readonly answer: ModeComparison | undefined }
  /** Both undefined for a service that is not there. */
  readonly 'walk-choices': {
    readonly ask: { readonly service: string }
    readonly answer: WalkChoices | undefined
  }
  readonly walks: { readonly ask: { readonly wish: WalkWish }; readonly answer: Walked | undefined }
  readonly subject: { readonly ask: { readonly position: Position }; readonly answer: Subject | undefined }
  readonly place: { readonly ask: { readonly subject: Subject }; readonly answer: Range | undefined }
  readonly value: { readonly ask: { readonly path: Path }; readonly answer: Range }
  /** The first thing that keeps the text from being read as a whole. */
  readonly unreadable: { readonly ask: unknown; readonly answer: Range | undefined }
  readonly edit: { readonly ask: { readonly edits: readonly TopologyEdit[] }; readonly answer: EditAnswer }
  /** Some things of the drawing as text, to be pasted anywhere. */
  readonly fragment: {
    readonly ask: { readonly subjects: readonly Subject[] }
    readonly answer: FragmentText
  }
  /** What a text holds, made part of the drawing. */
  readonly paste: { readonly ask: { readonly text: string }; readonly answer: InsertAnswer }
  readonly duplicate: {
    readonly ask: { readonly subjects: readonly Subject[] }
    readonly answer: InsertAnswer
  }
  /** The same of files that are no topology: keepalived.conf, rules of ipvsadm, ldirectord.cf. */
  readonly 'file-findings': { readonly ask: FileAsk; readonly answer: readonly ShownFinding[] }
  readonly 'file-fixes': {
    readonly ask: FileAsk & { readonly range: Range }
    readonly answer: readonly OfferedFix[]
  }
  readonly 'file-hover': {
    readonly ask: FileAsk & { readonly position: Position }
    readonly answer: { readonly markdown: string; readonly range: Range } | undefined
  }
  readonly 'file-completion': {
    readonly ask: FileAsk & { readonly position: Position }
    readonly answer: readonly OfferedText[]
  }
  readonly 'file-symbols': { readonly ask: FileAsk; readonly answer: readonly FileSymbolShown[] }
  readonly 'file-format': {
    readonly ask: FileAsk & { readonly tabSize: number }
    readonly answer: readonly TextChange[]
  }
  readonly 'file-definition': {
    readonly ask: FileAsk & { readonly position: Position }
    readonly answer: readonly FilePlaceShown[]
  }
  readonly 'file-references': {
    readonly ask: FileAsk & { readonly position: Position }
    readonly answer: readonly FilePlaceShown[]
  }
  /** A drawing of what stands in it. */
  readonly 'file-import': {
    readonly ask: FileAsk & { readonly others: readonly (FileAsk & { readonly text: string })[] }
    readonly answer: DrawnImport
  }
  /** A fix by its number among those of a finding, which is numbered as in the model. */
  readonly fix: {
    readonly ask: { readonly finding: number; readonly fix: number }
    readonly answer: EditAnswer
  }
}

/** Of a text that is no topology: its language, and where it stands, for what it includes. */
export interface FileAsk {
  readonly language: OtherKind
  readonly name: string
  /** Where what it includes may be looked at: on all of the disk, within folders, or nowhere. */
  readonly around: 'disk' | 'nothing' | { readonly within: readonly string[] }
}

export type OtherKind = Exclude<FileKind, 'topology'>

export interface DrawnImport {
  readonly text: string
  readonly hosts: number
  readonly services: number
  /** What could not be taken over, each a line. */
  readonly notes: readonly string[]
}

export interface FilePlaceShown {
  /** Of a file; undefined: in the text itself. */
  readonly file: string | undefined
  readonly range: Range
}

export interface FileSymbolShown extends Pick<FileSymbol, 'kind' | 'name' | 'detail'> {
  readonly whole: Range
  readonly key: Range
  readonly children: readonly FileSymbolShown[]
}

export type { SettingsProblem }

export type QuestionKind = keyof Questions
export type AskOf<K extends QuestionKind> = Questions[K]['ask']
export type AnswerTo<K extends QuestionKind> = Questions[K]['answer']

export interface ShownFinding extends Pick<Finding, 'code' | 'severity' | 'message' | 'range'> {
  /** Of its rule in docs/rules.md. */
  readonly anchor: string | undefined
}

export interface RealServerOfService {
  readonly service: string
  readonly realServer: string
}

export interface HostLogin {
  readonly host: string
  readonly ssh: SshSettings | undefined
}

/** What was generated, or why nothing was. */
export type GeneratedFiles =
  | { readonly ok: true; readonly files: readonly RenderedFile[] }
  | { readonly ok: false; readonly what: string; readonly findings: readonly ShownFinding[] }

export interface TopologyReport {
  /** The text that was looked at. */
  readonly text: string
  readonly name: string | undefined
  readonly hosts: number
  readonly services: number
  /** Every real server of every service, in their order. */
  readonly realServers: readonly RealServerOfService[]
  /** Every host, in their order, and what the file says of the way to it. */
  readonly logins: readonly HostLogin[]
  readonly findings: readonly ShownFinding[]
  /** What stands in the way of deploying or generating it: the rest of a sentence that begins with the file's name. */
  readonly hindrance: { readonly what: string; readonly findings: readonly ShownFinding[] } | undefined
  /** Nothing but unknown keys keeps it from being understood as a whole. */
  readonly understood: boolean
}

export interface ClusterSummary {
  readonly name: string | undefined
  readonly hosts: number
  readonly services: number
  /** Of its services, each once, in the order of the file. */
  readonly modes: readonly Mode[]
  readonly findings: readonly Pick<Finding, 'severity'>[]
}

export interface DrawnModel {
  readonly scene: Scene
  readonly unreadable: number
}

/** One stretch of text to be replaced, with what stands there: it is not replaced where something else does. */
export interface TextChange {
  readonly range: Range
  readonly oldText: string
  readonly newText: string
}

export type EditAnswer =
  | { readonly ok: true; readonly changes: readonly TextChange[] }
  | { readonly ok: false; readonly reason: string }

export type InsertAnswer =
  | { readonly ok: true; readonly changes: readonly TextChange[]; readonly made: readonly Subject[] }
  | { readonly ok: false; readonly reason: string }

export interface OfferedFix {
  readonly title: string
  readonly changes: readonly TextChange[]
  /** Of the finding it mends. */
  readonly code: string
  readonly range: Range
  /** It is the only one. */
  readonly preferred: boolean
  /** It mends nothing: somebody says that it is meant to be so. */
  readonly ignores: boolean
  /** So many findings of this code have fixes in the file. */
  readonly alike: number
}

export interface OfferedText extends Omit<Completion, 'span'> {
  readonly range: Range
}

export interface Declared {
  /** The word that was asked about. */
  readonly origin: Range
  readonly name: Range
  /** All of the declaration. */
  readonly whole: Range
}

/** The kinds of an outline, which travel as their place in this list. */
export const OUTLINE_KINDS = [
  'section',
  'network',
  'host',
  'interface',
  'service',
  'real-server',
  'manage',
  'vrrp',
] as const satisfies readonly OutlineKind[]

/** Numbers of one symbol in an outline: its kind, how many are directly below it, then both its ranges. */
export const OUTLINE_NUMBERS = 10

/**
 * An outline, each symbol before those below it. In lists of words and numbers: thousands of objects would take the
 * thread they are sent to longer than a key may.
 */
export interface PackedOutline {
  readonly names: readonly string[]
  readonly details: readonly string[]
  /** `OUTLINE_NUMBERS` a symbol; a range is start line, start character, end line, end character; the whole first. */
  readonly numbers: Uint32Array
}

export interface ServiceLens extends Omit<Lens, 'span' | 'problems'> {
  readonly range: Range
  readonly problems: readonly Range[]
}

/** To the reader. Documents go by any name that is theirs alone. */
export type ToReader =
  /** First, where it is not English: the language of what is said to people. */
  | { readonly kind: 'speak'; readonly language: Language }
  | {
      readonly kind: 'text'
      readonly document: string
      readonly version: number
      readonly text: string
      /** The text of the settings by which it is judged. */
      readonly settings: string | undefined
    }
  /** Changes one after the other, each of the text the one before it left, as VS Code reports them. */
  | {
      readonly kind: 'change'
      readonly document: string
      readonly version: number
      readonly changes: readonly {
        readonly offset: number
        readonly length: number
        readonly text: string
      }[]
    }
  | { readonly kind: 'close'; readonly document: string }
  | {
      readonly kind: 'ask'
      readonly id: number
      readonly document: string
      readonly version: number
      readonly question: Question
    }
  | { readonly kind: 'cancel'; readonly id: number }

export type Question = { [K in QuestionKind]: { readonly kind: K; readonly ask: AskOf<K> } }[QuestionKind]

/** From the reader: one for each question. */
export type FromReader =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  /** The text has been changed since it was asked, or closed: there is nothing to say. */
  | { readonly kind: 'outdated'; readonly id: number }
  /** A fault of ours. */
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }
