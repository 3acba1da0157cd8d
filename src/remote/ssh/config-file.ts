import { readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LineType, parse, type Directive } from 'ssh-config'
import { say } from '../../core/speech/say.js'
import { matchesPattern } from '../trust/pattern-list.js'
import { saying, SshFailure, systemCode } from './failure.js'

/** Where a word of the configuration stands. */
export interface ConfigPlace {
  file: string
  /** From 1. */
  line: number
}

/** One line of an ssh_config as it takes part in a lookup; Include carries the lines of the files it names. */
export type ConfigLine =
  | { kind: 'host'; patterns: string[]; at: ConfigPlace }
  | { kind: 'match'; at: ConfigPlace }
  | { kind: 'option'; name: string; values: string[]; at: ConfigPlace }
  | { kind: 'include'; files: ConfigLine[][]; at: ConfigPlace }

export interface ConfigFileOptions {
  /** The operator's home folder; `~` stands for it and `~/.ssh` is where relative Includes begin. */
  home: string
  /** Refuse files that others may write: done for the user's own file, not for one named on the command line. */
  checkPermissions: boolean
}

/** As in ssh (readconf.c, READCONF_MAX_DEPTH). */
const DEEPEST_INCLUDE = 16
/** 4 MiB. */
const LARGEST_FILE = 4 * 1024 * 1024
const MOST_FILES = 1000

/**
 * Reads an ssh_config and what it includes. Undefined if `file` itself does not exist.
 *
 * The library reads one line at a time: it keeps no line numbers, takes the following line for the value of a keyword
 * without one, and one odd line (an open quote, a Match it does not know) costs it the whole file. Its own lookup
 * (`compute`) is not used at all: it runs the command of `Match exec`, and nslookup.
 *
 * @throws SshFailure `config-unreadable`, `config-invalid`
 */
export async function readConfigFile(
  file: string,
  options: ConfigFileOptions,
): Promise<ConfigLine[] | undefined> {
  const budget = { files: MOST_FILES }
  return await readOne(file, options, 0, budget)
}

async function readOne(
  file: string,
  options: ConfigFileOptions,
  depth: number,
  budget: { files: number },
): Promise<ConfigLine[] | undefined> {
  if (budget.files-- <= 0) throw invalid(file, say`its Includes name more than ${MOST_FILES} files`)
  const text = await readText(file, options)
  if (text === undefined) return undefined
  const lines: ConfigLine[] = []
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const at = { file, line: index + 1 }
    const line = readLine(raw, at)
    if (line === undefined) continue
    if (line.kind !== 'option' || line.name !== 'include') {
      lines.push(line)
      continue
    }
    if (depth >= DEEPEST_INCLUDE) throw invalid(`${file}:${at.line}`, say`Include goes deeper than 16 files`)
    const files: ConfigLine[][] = []
    for (const value of line.values) {
      for (const included of await expandInclude(value, at, options)) {
        const content = await readOne(included, options, depth + 1, budget)
        if (content !== undefined) files.push(content)
      }
    }
    lines.push({ kind: 'include', files, at })
  }
  return lines
}

async function readText(file: string, options: ConfigFileOptions): Promise<string | undefined> {
  try {
    const status = await stat(file)
    if (!status.isFile()) throw new Error('not a regular file')
    if (status.size > LARGEST_FILE) throw new Error(`larger than ${LARGEST_FILE} bytes`)
    // readconf.c, SSHCONF_CHECKPERM: whoever can write this file chooses where we connect and which keys we trust.
    const user = process.getuid?.()
    if (options.checkPermissions && user !== undefined) {
      if (status.uid !== 0 && status.uid !== user) throw new Error('it belongs to another user')
      if ((status.mode & 0o022) !== 0) throw new Error('others may write it; chmod go-w helps')
    }
    return await readFile(file, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw new SshFailure(
      'config-unreadable',
      '',
      say`The SSH configuration ${file} cannot be used: ${saying(error)}.`,
    )
  }
}

function invalid(where: string, what: string): SshFailure {
  return new SshFailure(
    'config-invalid',
    '',
    say`The SSH configuration is not right at ${where}: ${what}. Correct the line, or use another file with --ssh-config.`,
  )
}

function readLine(raw: string, at: ConfigPlace): ConfigLine | undefined {
  const text = raw.trim()
  if (text === '' || text.startsWith('#')) return undefined
  // Skipped unread, whatever its criteria are: only `Match` could name a command to run.
  if (/^match(?:[\s=]|$)/i.test(text)) return { kind: 'match', at }
  const where = `${at.file}:${at.line}`
  const { directive, comment } = parseLine(text, where)
  const values =
    typeof directive.value === 'string' ? [directive.value] : directive.value.map(({ val }) => val)
  const name = directive.param.toLowerCase()
  if (values.length === 0 || values.includes('')) throw invalid(where, say`${directive.param} has no value`)
  // ssh(1) begins a comment at a `#` that begins a word, the library at every one; a path cut short would be worse.
  if (comment !== undefined && /\S$/.test(text.slice(0, text.length - comment.length))) {
    throw invalid(where, say`a "#" inside a word; put the value in double quotes`)
  }
  if (name === 'host') return { kind: 'host', patterns: values.map((value) => value.toLowerCase()), at }
  return { kind: 'option', name, values, at }
}

function parseLine(text: string, where: string): { directive: Directive; comment: string | undefined } {
  let directive: Directive | undefined
  let comment: string | undefined
  try {
    for (const line of parse(text)) {
      if (line.type === LineType.DIRECTIVE) directive ??= line
      if (line.type === LineType.COMMENT) comment = line.content
    }
  } catch (error) {
    throw invalid(
      where,
      saying(error).startsWith('Unexpected line break') ? say`a quote is not closed` : say`it has no value`,
    )
  }
  if (directive === undefined) throw invalid(where, say`it cannot be read`)
  return { directive, comment }
}

/** The files one word of an Include names (ssh_config(5)): `~`, relative to ~/.ssh, globs; in order of their names. */
async function expandInclude(value: string, at: ConfigPlace, { home }: ConfigFileOptions): Promise<string[]> {
  if (value.startsWith('~') && !value.startsWith('~/')) {
    throw invalid(`${at.file}:${at.line}`, say`Include ${value}: the home of another user`)
  }
  const path = value.startsWith('~/') ? join(home, value.slice(2)) : resolve(home, '.ssh', value)
  return await expandGlob(path)
}

async function expandGlob(path: string): Promise<string[]> {
  if (!/[*?]/.test(path)) return [path]
  const folder = dirname(path)
  const pattern = path.slice(folder.endsWith('/') ? folder.length : folder.length + 1)
  const found: string[] = []
  for (const parent of await expandGlob(folder)) {
    if (!/[*?]/.test(pattern)) {
      found.push(join(parent, pattern))
      continue
    }
    const names = await readdir(parent).catch(() => [])
    // glob(3): a leading dot is matched only by a dot.
    const matching = names.filter(
      (name) => matchesPattern(pattern, name) && (pattern.startsWith('.') || !name.startsWith('.')),
    )
    found.push(...matching.sort().map((name) => join(parent, name)))
  }
  return found
}
