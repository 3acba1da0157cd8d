/** One thing in an archive; owner root and the modes of a usual system unless said. */
export interface ArchiveEntry {
  /** Relative, without a leading slash. Folders above it are made as needed, mode 0755. */
  readonly path: string
  readonly mode?: number
  readonly owner?: number
  readonly content:
    | { readonly kind: 'file'; readonly text: string }
    | { readonly kind: 'folder' }
    | { readonly kind: 'link'; readonly target: string }
    | { readonly kind: 'device'; readonly major: number; readonly minor: number }
}

const TYPE_BITS = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000 } as const
const DEFAULT_MODE = { file: 0o644, folder: 0o755, link: 0o777, device: 0o666 } as const
const ALIGNMENT = 512

/**
 * A cpio archive in the `newc` format, the one the kernel unpacks as initramfs
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Written here rather than by cpio(1)
 * because it carries owners and device nodes without being root.
 */
export function cpioArchive(entries: readonly ArchiveEntry[]): Buffer {
  const parts: Buffer[] = []
  let inode = 0
  for (const entry of withFolders(entries)) {
    const { kind } = entry.content
    const data = Buffer.from(
      entry.content.kind === 'file'
        ? entry.content.text
        : entry.content.kind === 'link'
          ? entry.content.target
          : '',
    )
    const [major, minor] =
      entry.content.kind === 'device' ? [entry.content.major, entry.content.minor] : [0, 0]
    const mode = TYPE_BITS[kind] | (entry.mode ?? DEFAULT_MODE[kind])
    inode += 1
    parts.push(record(entry.path, { inode, mode, owner: entry.owner ?? 0, major, minor }, data))
  }
  parts.push(record('TRAILER!!!', { inode: 0, mode: 0, owner: 0, major: 0, minor: 0 }, Buffer.alloc(0)))
  return padded(Buffer.concat(parts), ALIGNMENT)
}

function record(
  path: string,
  node: { inode: number; mode: number; owner: number; major: number; minor: number },
  data: Buffer,
): Buffer {
  const name = Buffer.from(`${path}\0`)
  // magic, ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const numbers = [
    node.inode,
    node.mode,
    node.owner,
    node.owner,
    1,
    0,
    data.length,
    0,
    0,
    node.major,
    node.minor,
    name.length,
    0,
  ]
  const header = `070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}`
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name]), 4), padded(data, 4)])
}

function padded(data: Buffer, to: number): Buffer {
  const rest = data.length % to
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(to - rest)])
}

/** The kernel makes no folder that is not in the archive before what lies in it. */
function withFolders(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  const byPath = new Map<string, ArchiveEntry>()
  for (const entry of entries) {
    const segments = entry.path.split('/')
    for (let depth = 1; depth < segments.length; depth += 1) {
      const path = segments.slice(0, depth).join('/')
      if (!byPath.has(path)) byPath.set(path, { path, content: { kind: 'folder' } })
    }
    byPath.set(entry.path, entry)
  }
  return [...byPath.values()].sort((a, b) => a.path.split('/').length - b.path.split('/').length)
}
