import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { assumptionsIn } from '../../core/checks/assumptions.js'
import { fileKind } from '../../core/formats/file-kind.js'
import type { FoundDirector, FoundHost, ImportNote } from '../../core/import/found.js'
import { importTopology } from '../../core/import/import-topology.js'
import { noteText } from '../../core/import/note-text.js'
import { readSource } from '../../core/import/read-source.js'
import type { ImportKind } from '../../core/import/read-source.js'
import { HOST_NAME } from '../../core/topology/names.js'
import { readArguments } from '../arguments.js'
import type { Arguments } from '../arguments.js'
import type { Command } from '../command.js'
import { STANDARD_INPUT, filesOf } from '../input-files.js'
import { EXIT, UsageError, endably, writeJson } from '../io.js'
import type { Io } from '../io.js'
import { openTopologyText, readText } from '../open-topology.js'
import { filesOnDisk } from '../../reader/files-on-disk.js'
import { reachFrom } from '../reach.js'
import { visibleText } from '../visible-text.js'
import { writeWhole } from '../whole-file.js'

const USAGE =
  'import FILE|PATTERN|-... | --ssh HOST... [--keepalived F] [--ipvsadm F] [--ldirectord F] ' +
  '[--out X.lvs.yaml] [--name NAME] [--ssh-config F] [--json]'

const OPTIONS = {
  keepalived: 'values',
  ipvsadm: 'values',
  ldirectord: 'values',
  ssh: 'values',
  out: 'value',
  name: 'value',
  'ssh-config': 'value',
  json: 'flag',
} as const

export const importCommand: Command = {
  name: 'import',
  usage: USAGE,
  summary:
    'a topology from what exists: keepalived.conf, ipvsadm rules, ldirectord.cf, several of them, or running hosts',
  run: async (argv, io) => {
    const args = readArguments(argv, OPTIONS, USAGE)
    const out = args.value('out')
    if (out !== undefined && (await isFile(out)))
      throw new UsageError(`${out} is there already; name another file, or take it away`)
    const found = { directors: [] as FoundDirector[], hosts: [] as FoundHost[] }
    const notes: ImportNote[] = []
    for (const { file, kind } of await sourcesIn(args)) {
      const source = await sourceOf(file, io)
      const known = kind ?? kindOf(source)
      const read = endably(io, () => readSource(known, source, filesOnDisk()))
      found.directors.push(...read.directors)
      notes.push(...read.notes)
    }
    const hosts = hostsIn(args)
    if (hosts.length > 0) await lookAt(hosts, args, io, found, notes)
    if (found.directors.every(({ services, vrrp }) => services.length === 0 && vrrp.length === 0)) {
      for (const note of notes) io.err(`${shown(note)}\n`)
      throw new UsageError('there is no virtual service to draw; nothing was written')
    }
    const imported = importTopology(found, args.value('name') ?? nameFrom(out))
    notes.push(...imported.notes)
    if (out !== undefined) await writeWhole(out, imported.text)
    if (args.flag('json')) {
      const opened = await openTopologyText(out ?? '(imported)', imported.text, { kind: 'none' })
      writeJson(io, {
        ...(out === undefined ? { text: imported.text } : { out }),
        hosts: imported.hosts,
        services: imported.services,
        notes,
        findings: opened.findings.map(({ code, severity, message, path, range }) => ({
          code,
          severity,
          message,
          path,
          range,
        })),
      })
      return EXIT.holds
    }
    if (out === undefined) io.out(imported.text)
    for (const note of notes) io.err(`${shown(note)}\n`)
    const drawn = `drawn: ${counted(imported.hosts, 'host')}, ${counted(imported.services, 'service')}`
    const assumed = assumptionsIn(imported.text).length
    const guessed = assumed === 0 ? '' : `; ${counted(assumed, 'line')} marked "# assumed:"`
    const next =
      out === undefined ? '' : `; "lvs-designer check ${visibleText(out)}" says what is left to see to`
    io.err(`${drawn}${guessed}${next}\n`)
    return EXIT.holds
  },
}

interface Source {
  readonly file: string
  readonly kind: ImportKind | undefined
}

async function sourcesIn(args: Arguments): Promise<Source[]> {
  const kinds = ['keepalived', 'ipvsadm', 'ldirectord'] as const
  const said = kinds.flatMap((kind) => args.values(kind).map((file) => ({ file, kind })))
  const words = args.values('ssh').length > 0 ? [] : await filesOf(args.words)
  const sources = [...words.map((file) => ({ file, kind: undefined })), ...said]
  if (sources.length === 0 && args.values('ssh').length === 0)
    throw new UsageError(`usage: lvs-designer ${USAGE}`)
  return sources
}

async function sourceOf(file: string, io: Io): Promise<{ readonly name: string; readonly text: string }> {
  return file === STANDARD_INPUT
    ? { name: '(standard input)', text: await io.input() }
    : { name: file, text: await readText(file) }
}

function kindOf({ name, text }: { readonly name: string; readonly text: string }): ImportKind {
  const kind = fileKind(name, text)
  if (kind !== 'topology') return kind
  throw new UsageError(
    `${name} looks like none of keepalived.conf, ipvsadm rules and ldirectord.cf; where it is one, say so: --keepalived, --ipvsadm or --ldirectord ${name}`,
  )
}

/** With --ssh the words are hosts too. */
function hostsIn(args: Arguments): string[] {
  const said = args.values('ssh')
  if (said.length === 0) return []
  const hosts = [...new Set([...said, ...args.words])]
  const wrong = hosts.find((host) => !HOST_NAME.test(host))
  if (wrong !== undefined)
    throw new UsageError(`"${wrong}" is no host: a name in ssh_config, a DNS name or an IPv4 address is one`)
  return hosts
}

async function lookAt(
  hosts: readonly string[],
  args: Arguments,
  io: Io,
  found: { readonly directors: FoundDirector[]; readonly hosts: FoundHost[] },
  notes: ImportNote[],
): Promise<void> {
  const { findOnHosts } = await import('../../remote/deploy/found-on-hosts.js')
  io.err(`reading ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}\n`)
  const read = await findOnHosts(hosts, await reachFrom(io, args.value('ssh-config')))
  notes.push(...read.notes)
  if (read.directors.length + read.hosts.length === 0) {
    for (const note of notes) io.err(`${shown(note)}\n`)
    throw new UsageError('no host could be read; nothing was written')
  }
  found.directors.push(...read.directors)
  found.hosts.push(...read.hosts)
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** `shop` of `clusters/shop.lvs.yaml`. */
function nameFrom(out: string | undefined): string | undefined {
  return out === undefined ? undefined : basename(out).replace(/(?:\.lvs)?\.ya?ml$/i, '')
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

function shown({ source, message, ...note }: ImportNote): string {
  return noteText({ ...note, source: visibleText(source), message: visibleText(message) })
}
