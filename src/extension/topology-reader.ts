import { workspace } from 'vscode'
import type { CancellationToken, ExtensionContext, TextDocument, Uri } from 'vscode'
import { say } from '../core/speech/say.js'
import type { AnswerTo, AskOf, Question, QuestionKind, SettingsProblem } from '../protocol/reader.js'
import { changesInFlight } from './changes-in-flight.js'
import { checkSettings } from './check-settings.js'
import type { SettingsFile } from './check-settings.js'
import { readerThread } from './reader-thread.js'
import type { ReaderThread, StartReader } from './reader-thread.js'

/** An answer about a document as it is now. */
export interface Answered<T> {
  readonly answer: T
  /** The version of the text it is about, which is that of the document. */
  readonly version: number
}

/** Of this window; there from the first moment of the extension on. */
let thread: ReaderThread

/** What the reader knows of a document. */
interface Known {
  readonly generation: number
  readonly version: number
  readonly eol: TextDocument['eol']
  readonly settings: string | undefined
}

const known = new Map<TextDocument, Known>()

/**
 * Asks about a document. The text is sent when it is first asked about, after that only what changes in it. Undefined
 * when the text has changed before the answer came: whoever follows changes is about to ask again.
 *
 * @throws Error when the reader fails
 */
export async function askReader<K extends QuestionKind>(
  document: TextDocument,
  kind: K,
  ask: AskOf<K>,
  token?: CancellationToken,
): Promise<Answered<AnswerTo<K>> | undefined> {
  const settings = (await checkSettings(document))?.text
  if (document.isClosed || token?.isCancellationRequested === true) return undefined
  const { version } = document
  bringUpToDate(document, settings)
  const controller = token === undefined ? undefined : new AbortController()
  const listening = token?.onCancellationRequested(() => controller?.abort())
  try {
    const question = { kind, ask } as Question
    const result = await thread.ask(nameOf(document), version, question, controller?.signal)
    if (result === undefined || !isAt(document, version)) return undefined
    return { answer: result.answer as AnswerTo<K>, version }
  } finally {
    listening?.dispose()
  }
}

/**
 * What is wrong with settings, of which nothing else is asked.
 *
 * @throws Error when the reader fails
 */
export async function problemsOfSettings({ uri, text }: SettingsFile): Promise<readonly SettingsProblem[]> {
  return (await askOnce(uri, text, undefined, 'settings-problems', {}))?.answer ?? []
}

/**
 * Asks about a file, open or not, without opening it: what is opened is checked and shown in the Problems panel.
 *
 * @throws Error when the reader fails, or the file cannot be read
 */
export async function askAboutFile<K extends QuestionKind>(
  uri: Uri,
  kind: K,
  ask: AskOf<K>,
): Promise<AnswerTo<K>> {
  const key = uri.toString()
  const open = workspace.textDocuments.find((document) => document.uri.toString() === key)
  if (open !== undefined && !open.isClosed) return askUntilAnswered(open, kind, ask)
  const text = new TextDecoder().decode(await workspace.fs.readFile(uri))
  const settings = (await checkSettings({ uri, isUntitled: false }))?.text
  const once = await askOnce(uri, text, settings, kind, ask)
  if (once === undefined) throw new Error(say`the reader gave no answer`)
  return once.answer
}

/** About a text that nobody changes, under a name of its own: of the same file another may be asked about meanwhile. */
async function askOnce<K extends QuestionKind>(
  uri: Uri,
  text: string,
  settings: string | undefined,
  kind: K,
  ask: AskOf<K>,
): Promise<{ readonly answer: AnswerTo<K> } | undefined> {
  const version = ++lastOnce
  const document = `${uri.toString()} ${version}`
  thread.tell({ kind: 'text', document, version, text, settings })
  try {
    const result = await thread.ask(document, version, { kind, ask } as Question)
    return result && { answer: result.answer as AnswerTo<K> }
  } finally {
    thread.tell({ kind: 'close', document })
  }
}

let lastOnce = 0

/** Enough for any person; what changes a document so often all by itself is waited for in vain. */
const MOST_TRIES = 100

/**
 * Asks until there is an answer about the text as it is when the answer comes, with what canvases have changed before: for
 * commands.
 */
export async function askUntilAnswered<K extends QuestionKind>(
  document: TextDocument,
  kind: K,
  ask: AskOf<K>,
): Promise<AnswerTo<K>> {
  for (let tries = 0; tries < MOST_TRIES && !document.isClosed; tries++) {
    await changesInFlight.settled(nameOf(document))
    const answered = await askReader(document, kind, ask)
    if (answered !== undefined) return answered.answer
  }
  throw new Error(
    document.isClosed ? say`it has been closed` : say`its text does not come to rest; try again in a moment`,
  )
}

/** Follows the documents the reader has been asked about, and ends the reader with the extension. */
export function registerReader({ subscriptions }: ExtensionContext, start: StartReader): void {
  thread = readerThread(start)
  subscriptions.push(
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const before = known.get(document)
      if (before?.generation !== thread.generation() || before.version === document.version) return
      // Other line ends are no change that is reported, and move every offset: the text is sent when asked about.
      if (contentChanges.length === 0 || before.eol !== document.eol) {
        known.delete(document)
        return
      }
      const { version, eol } = document
      thread.tell({
        kind: 'change',
        document: nameOf(document),
        version,
        changes: contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
          offset: rangeOffset,
          length: rangeLength,
          text,
        })),
      })
      known.set(document, { ...before, version, eol })
    }),
    workspace.onDidCloseTextDocument((document) => {
      if (known.delete(document)) thread.tell({ kind: 'close', document: nameOf(document) })
    }),
    thread,
  )
}

function bringUpToDate(document: TextDocument, settings: string | undefined): void {
  const { version, eol } = document
  const at = known.get(document)
  const generation = thread.generation()
  // Another version than ours: the change has not been reported to us yet.
  if (at?.generation === generation && at.version === version && at.settings === settings) return
  thread.tell({ kind: 'text', document: nameOf(document), version, text: document.getText(), settings })
  known.set(document, { generation, version, eol, settings })
}

function isAt(document: TextDocument, version: number): boolean {
  return !document.isClosed && document.version === version
}

function nameOf({ uri }: TextDocument): string {
  return uri.toString()
}
