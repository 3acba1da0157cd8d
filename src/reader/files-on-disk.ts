import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  opendirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import type { Dirent } from 'node:fs'
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path'
import { say } from '../core/speech/say.js'
import type { FoundFiles, IncludedFile, SourceFiles, Unread } from '../core/formats/source-text.js'
import { segmentOf, writtenOut } from './glob.js'
import type { Segment } from './glob.js'

/** How much is looked at for one configuration, however many of its includes ask for it. */
export interface DiskLimits {
  /** Names that are held against patterns, and places that are looked at. */
  readonly names: number
  readonly files: number
  readonly bytes: number
  /** A slow disk of others, such as one over a network, must not hold up everybody. */
  readonly milliseconds: number
}

const LIMITS: DiskLimits = { names: 50_000, files: 10_000, bytes: 8 * 1024 * 1024, milliseconds: 10_000 }

export interface DiskOptions {
  /** Folders outside of which nothing is looked at, not even by way of a link; undefined: everywhere. */
  readonly within?: readonly string[] | undefined
  readonly limits?: Partial<DiskLimits>
  /** Milliseconds since whenever. */
  readonly now?: () => number
}

/** A line is no longer than that (MAXBUF of lib/parser.h). */
const LONGEST_PATTERN = 1022
const CHUNK = 64 * 1024

/** There, and kept from whoever runs this. */
const CLOSED = 'closed'

/** Ends looking for an include. */
class NoMore extends Error {
  constructor(readonly unread: Unread) {
    super(unread.reason)
  }
}

/**
 * The files of keepalived's includes, as they are now: whoever reads a configuration several times finds the same. What
 * keepalived itself has glob(3) look for, and nothing else; no more than the limits.
 */
export function filesOnDisk({ within, limits, now = Date.now }: DiskOptions = {}): SourceFiles {
  const most = { ...LIMITS, ...limits }
  const left = { ...most }
  const found = new Map<string, FoundFiles>()
  const texts = new Map<string, IncludedFile | typeof CLOSED>()
  const mayEnter = within === undefined ? () => true : insideOf(within)
  // Where no link is followed, a name says by itself where it leads.
  const settled = within === undefined ? upFromLinks : normalize

  let deadline = 0
  /** What belongs to the include that is looked for, and may not be looked at by whoever runs this. */
  let closed: string[] = []
  const unlessClosed = <T>(path: string, act: () => T, otherwise: T): T => {
    try {
      return act()
    } catch (error) {
      if (error instanceof NoMore) throw error
      if (isClosed(error)) closed.push(path)
      // glob(3) goes on without what it cannot look at.
      return otherwise
    }
  }
  const tooMuch = (reason: string): NoMore => new NoMore({ reason, kept: false })
  const look = (): void => {
    left.names -= 1
    if (left.names < 0) throw tooMuch(say`more than ${most.names} names would have to be looked at`)
    if (now() > deadline) throw tooMuch(say`that takes longer than ${most.milliseconds / 1000} seconds`)
  }

  const namesLike = function* (parts: readonly Segment[], start: string): Generator<string> {
    let before = [start]
    parts.forEach((part, index) => {
      const last = index === parts.length - 1
      const after: string[] = []
      for (const path of before) {
        if ('name' in part) after.push(path + part.name)
        else for (const name of list(settled(path), part.matches, last)) after.push(path + name)
      }
      before = last ? after : after.map((path) => `${path}/`)
    })
    for (const path of before.map(settled).sort()) {
      enter(path)
      look()
      // A link that leads nowhere is a name too.
      if (unlessClosed(path, () => lstatSync(path, { throwIfNoEntry: false }) !== undefined, false))
        yield path
    }
  }
  const enter = (path: string): void => {
    if (!mayEnter(path))
      throw new NoMore({ reason: say`it leads out of the workspace, which is not trusted`, kept: true })
  }
  const list = (folder: string, matches: (name: string) => boolean, last: boolean): string[] => {
    const names: string[] = []
    enter(folder)
    look()
    unlessClosed(
      folder,
      () => {
        const opened = opendirSync(folder, { bufferSize: 512 })
        try {
          for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
            look()
            if (matches(entry.name) && (last || leadsOn(folder, entry))) names.push(entry.name)
          }
        } finally {
          opened.closeSync()
        }
      },
      undefined,
    )
    return names
  }
  const leadsOn = (folder: string, entry: Dirent): boolean => {
    if (!entry.isSymbolicLink()) return entry.isDirectory()
    const path = join(folder, entry.name)
    const isFolder = () => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    return unlessClosed(path, isFolder, false)
  }
  const read = (path: string): IncludedFile | typeof CLOSED => {
    const known = texts.get(path)
    if (known !== undefined) return known
    left.files -= 1
    if (left.files < 0) throw tooMuch(say`there are more than ${most.files} files`)
    const file = readRegular(path, left.bytes)
    if (file === undefined) throw tooMuch(say`together the files have more than ${most.bytes} bytes`)
    left.bytes -= file.bytes
    const included = file.included === CLOSED ? CLOSED : { ...file.included, name: path }
    texts.set(path, included)
    return included
  }

  const matching = (pattern: string, folder: string): FoundFiles => {
    const files: IncludedFile[] = []
    const absent: string[] = []
    closed = []
    const began = now()
    deadline = began + left.milliseconds
    try {
      if (pattern.length > LONGEST_PATTERN)
        throw tooMuch(say`its name has more than ${LONGEST_PATTERN} characters`)
      for (const each of writtenOut(pattern)) {
        look()
        const before = files.length + closed.length
        const parts = each.split('/').map(segmentOf)
        for (const path of namesLike(parts, isAbsolute(each) ? '' : `${folder}/`)) {
          const file = read(path)
          if (file === CLOSED) closed.push(path)
          else files.push(file)
        }
        if (
          each !== pattern &&
          files.length + closed.length === before &&
          parts.every((part) => 'name' in part)
        )
          absent.push(each)
      }
      return { files, absent, unread: unreadClosed(closed) }
    } catch (error) {
      if (!(error instanceof NoMore)) throw error
      return { files, unread: error.unread }
    } finally {
      left.milliseconds -= now() - began
    }
  }
  return {
    matching: (pattern, from) => {
      const folder = dirname(from)
      const key = `${folder}\0${pattern}`
      const known = found.get(key) ?? matching(pattern, folder)
      found.set(key, known)
      return known
    },
  }
}

/** `..` behind a link leads up from where the link leads, as keepalived has changed into that folder. (Node's own `realpath` takes it away first.) */
function upFromLinks(path: string): string {
  if (!path.split('/').includes('..')) return normalize(path)
  try {
    return join(realpathSync.native(dirname(path)), basename(path))
  } catch {
    return normalize(path)
  }
}

/** keepalived runs as root, and nothing is closed to it. */
function isClosed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM'
}

function unreadClosed([path, ...more]: readonly string[]): Unread | undefined {
  if (path === undefined) return undefined
  const reason =
    more.length === 0
      ? say`you may not read ${path}, which keepalived does as root; what it holds is not known`
      : say`you may not read ${path} and ${more.length} more, which keepalived does as root; what they hold is not known`
  return { reason, kept: true }
}

/** Within one of the folders, with no link on the way from there: where one leads cannot be told without going there. */
function insideOf(folders: readonly string[]): (path: string) => boolean {
  return (path) =>
    folders.some((folder) => {
      const below = relative(folder, path)
      const steps = below.split(sep)
      if (below === '' || steps[0] === '..' || isAbsolute(below)) return below === ''
      return steps.every((_, index) => !isLink(join(folder, ...steps.slice(0, index + 1))))
    })
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  } catch {
    return false
  }
}

interface ReadFile {
  readonly included:
    | typeof CLOSED
    | { readonly text: string }
    | { readonly text: undefined; readonly reason: string; readonly folder?: boolean }
  readonly bytes: number
}

/** keepalived takes regular files only, and none that may be executed. Undefined: it has more bytes than `most`. */
function readRegular(path: string, most: number): ReadFile | undefined {
  const refused = (reason: string): ReadFile => ({ included: { text: undefined, reason }, bytes: 0 })
  let file: number | undefined
  try {
    // Looked at first: opening a device may have it do something, and opening a pipe waits.
    const { mode } = statSync(path)
    if ((mode & constants.S_IFMT) === constants.S_IFDIR)
      return { included: { text: undefined, reason: say`it is a folder`, folder: true }, bytes: 0 }
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) return refused(say`it is no regular file`)
    if (process.platform !== 'win32' && (mode & 0o111) !== 0)
      return refused(say`it may be executed; "chmod a-x" takes that away`)
    // Without waiting, as some of /proc are regular by name and give what the kernel says next.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!fstatSync(file).isFile()) return refused(say`it is no regular file`)
    return contentOf(file, most)
  } catch (error) {
    if (isClosed(error)) return { included: CLOSED, bytes: 0 }
    const { code } = error as NodeJS.ErrnoException
    // Its name was found: only what it leads to is not there.
    return refused(code === 'ENOENT' ? say`it is a link that leads nowhere` : (code ?? String(error)))
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function contentOf(file: number, most: number): ReadFile | undefined {
  const chunks: Buffer[] = []
  let bytes = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const size = readSync(file, chunk, 0, CHUNK, null)
    if (size === 0) return { included: { text: Buffer.concat(chunks).toString('utf8') }, bytes }
    bytes += size
    if (bytes > most) return undefined
    chunks.push(chunk.subarray(0, size))
  }
}
