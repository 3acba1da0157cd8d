import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkKeepalived } from '../../src/core/checks/keepalived/check.js'
import type { FileFinding } from '../../src/core/checks/file-finding.js'
import { NO_FILES } from '../../src/core/formats/source-text.js'
import { mutations } from './mutations.js'

/**
 * keepalived itself as the witness: whatever `keepalived -t` says of a file, right or made wrong by a seed, we say
 * something of the same line; and of a file it is content with we call nothing an error.
 */

const installed = spawnSync('keepalived', ['--version']).error === undefined
const home = mkdtempSync(join(tmpdir(), 'lvs-oracle-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

/** keepalived gives up a configuration whose interfaces are not there: it gets a network of its own, with one. */
const NIC = 'eth0'
const ROOT = process.getuid?.() === 0
const ALONE =
  `ip link add ${NIC} type veth peer name peer && ip address add 192.0.2.1/24 dev ${NIC} && ` +
  `ip link set ${NIC} up && ip link set peer up && exec keepalived -t -f "$1" -i none`

/** Our own, and the samples published with keepalived where they lie beside the repository. */
function rightFiles(): { name: string; text: string }[] {
  return ['test/keepalived/right', '../shared/samples/keepalived'].flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => ({
        name,
        text: readFileSync(join(folder, name), 'utf8').replace(/\beth\d\b/g, NIC),
      }))
    } catch {
      return []
    }
  })
}

/** What depends on this machine and not on the file. */
const OF_THE_MACHINE = [
  /doesn't exist/,
  /not found\/accessible/,
  /keepalived_script/,
  // Folders of others, in a namespace of one user.
  /due to insecure/,
  /kernel does not support/,
  /SECURITY VIOLATION/,
  /Non-existent interface/,
  /Cannot find an IP address/,
  /[Uu]nable to set default user/,
  /Failed to set (default user|uid)/,
]

interface Said {
  /** Undefined for what keepalived finds once all is read. */
  readonly line: number | undefined
  readonly message: string
}

function keepalivedSays(text: string): Said[] {
  const file = join(home, 'keepalived.conf')
  writeFileSync(file, text)
  const { stderr, stdout } = spawnSync('unshare', [ROOT ? '-n' : '-rn', 'sh', '-c', ALONE, 'sh', file], {
    encoding: 'utf8',
  })
  const messages = `${stderr}${stdout}`
    .split('\n')
    .filter((message) => message !== '' && !OF_THE_MACHINE.some((pattern) => pattern.test(message)))
    .map((message) => message.replace(`(${file}: Line`, '(Line'))
  // Each of its processes reads the file, and says the same.
  return [...new Set(messages)].map((message) => {
    const line = /^\(Line (\d+)\) /.exec(message)?.[1]
    return { line: line === undefined ? undefined : Number(line), message }
  })
}

/** After these keepalived reads what follows at another place than it stands. */
const TURNS_ALL = new Set([
  'KA-BRACE',
  'KA-UNCLOSED',
  'KA-QUOTE',
  'KA-MISSING',
  'KA-KEYWORD',
  'KA-DEFINITION',
  'KA-ADDRESS',
])
/** These are not about what keepalived tests. */
const BESIDE = new Set(['KA-SCRIPT-ROOT', 'CHECK-PORT', 'HA-VIPMISS', 'HA-BACKUPONLY'])

interface Placed extends FileFinding {
  readonly first: number
  readonly last: number
}

function weSay(text: string): Placed[] {
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length
  return checkKeepalived({ name: 'keepalived.conf', text }, NO_FILES)
    .findings.filter(({ code }) => !BESIDE.has(code))
    .map((finding) => ({ ...finding, first: lineOf(finding.span.start), last: lineOf(finding.span.end) }))
}

/** Whether something of ours is said where keepalived says something. */
function told({ line }: Said, ours: readonly Placed[], text: string): boolean {
  if (line === undefined) return ours.length > 0
  // It counts a line once it has seen its end.
  const late = text.endsWith('\n') ? 0 : 1
  const lines = text.split('\n')
  // What a block lacks is said at its closing brace.
  let from = line
  if (/^\s*\}/.test(lines[line - 1] ?? ''))
    while (from > 1 && !/^\s*\w.*\{/.test(lines[from - 1] ?? '')) from--
  return ours.some(
    ({ first, last, code }) =>
      (first <= line + late && last >= from) || (TURNS_ALL.has(code) && first <= line),
  )
}

describe.skipIf(!installed)('beside keepalived -t', () => {
  const files = rightFiles()

  it('has something to look at', () => {
    expect(files.map(({ name }) => name)).toContain('everything.conf')
    expect(keepalivedSays('virtual_server 192.0.2.1 80 {\n    weigth 1\n}\n').length).toBeGreaterThan(0)
  })

  it.each(files)(
    '$name: nothing is an error that keepalived takes, nothing missed that it tells',
    ({ text }) => {
      const theirs = keepalivedSays(text)
      const ours = weSay(text)
      expect(theirs.filter((said) => !told(said, ours, text))).toEqual([])
      expect(
        ours.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code}: ${message}`),
      ).toEqual([])
    },
  )

  it.each(files)('$name, made wrong: whatever keepalived tells is told', ({ text }) => {
    for (const { text: wrong, seed, change } of mutations(text, SEEDS)) {
      const ours = weSay(wrong)
      const missed = keepalivedSays(wrong).filter((said) => !told(said, ours, wrong))
      expect(missed, `seed ${seed} (${change}): ${wrong}`).toEqual([])
    }
  })
})

/** For each file; LVS_ORACLE_SEEDS asks for more. */
const SEEDS = Number(process.env['LVS_ORACLE_SEEDS'] ?? 25)
