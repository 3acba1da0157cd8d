import { BARE_NODE, IMPORT } from './program.js'
import type { ProgramFigures } from './program.js'
import { OURS, PEER } from './core.js'
import type { CoreHeap, CoreTimes } from './core.js'
import { ARRANGED, CORE_ALONE, WITH_CORE } from './designer.js'
import type { DesignerFigures } from './designer.js'
import { HANDSHAKES } from './hosts.js'
import { ANSIBLE, BARE, fleetRatios } from './fleet.js'
import type { FleetFigures } from './fleet.js'
import { KEYSTROKE_ALONE, OURS_WHOLE } from './editor.js'
import type { EditorFigures } from './editor.js'
import type { HostsFigures } from './hosts.js'
import type { Figure } from './measure.js'
import { CHECK_FILE, IMPORT_TABLE } from './files.js'
import type { FilesFigures } from './files.js'
import { HONEST } from './hostile.js'
import { table } from './table.js'

const MEBIBYTE = 1024 * 1024

/** What is aimed at, printed beside the figure and never enforced: another machine has other times. */
const AIMS: ReadonlyMap<string, string> = new Map([
  [`1000 ${PEER}`, 'known: about 140 ms'],
  ['1000 check', 'aim: ≤ 50 ms'],
  ['activation in all', 'aim: ≤ 50 ms'],
  ['dist/extension.js', 'aim: ≤ 250 kB'],
  ['dist/webview/designer.js', 'aim: ≤ 900 kB'],
  ['12 first picture', 'aim: ≤ 1 s'],
  ['moved pan, median frame', 'aim: ≤ 17 ms'],
  ['moved pan, p95 frame', 'aim: ≤ 33 ms'],
  ['moved zoom, median frame', 'aim: ≤ 17 ms'],
  ['moved zoom, p95 frame', 'aim: ≤ 33 ms'],
  ['moved drag, median frame', 'aim: ≤ 17 ms'],
  ['moved drag, p95 frame', 'aim: ≤ 33 ms'],
  [`moved ${ARRANGED}`, 'aim: ≤ 2 s'],
  ['5000 check', 'aim: ≤ 300 ms'],
  [CHECK_FILE, 'aim: ≤ 300 ms'],
  [IMPORT_TABLE, 'aim: ≤ 1 s'],
  [IMPORT, 'aim: ≤ 1 s'],
  ['100 derive and walk', 'aim: ≤ 16 ms'],
  ['1000 derive and walk', 'aim: ≤ 1 s'],
  ['1000 one walk', 'aim: ≤ 0.1 ms'],
  ['1000 change → findings', 'aim: ≤ 300 ms'],
  ['1000 of that on the asking thread', 'aim: ≤ 16 ms'],
  ['key → findings', 'aim: ≤ 300 ms'],
])

/** Files that are no topology, beside keepalived on the same one. */
export function filesText(figures: FilesFigures): string {
  const rows = [...figures].map(([name, figure]) => [
    name,
    ...spread(figure, milliseconds),
    AIMS.get(name) ?? '',
  ])
  return table(
    'files people have: 1,000 virtual servers with 10,000 real servers; a table of 5,000 services with 10,000',
    ['', 'min', 'median', 'max', 'runs', ''],
    rows,
  )
}

export function hostileText(figures: ReadonlyMap<string, Figure>): string {
  const rows = [...figures].map(([what, figure]) => [
    what === HONEST ? what : `hostile megabyte: ${what}`,
    ...spread(figure, milliseconds),
    what === HONEST ? '' : 'aim: below 1 s',
  ])
  return table(
    'from a text that is made to hurt to its findings',
    ['', 'min', 'median', 'max', 'runs', ''],
    rows,
  )
}

/** Times of one drawing; `smaller` is the same with fewer real servers, against which growth is held. */
export function coreText(figures: CoreTimes, smaller: CoreTimes | undefined): string {
  const { mode, realServers, characters, times } = figures
  const peer = times.get(PEER)
  // Of the shortest runs: both are of other minutes, in which the machine may have been busy.
  const growth = (name: string, { min }: Figure): string => {
    const before = smaller?.times.get(name)?.min
    if (smaller === undefined || before === undefined) return ''
    return (min / realServers / (before / smaller.realServers)).toFixed(2)
  }
  const rows = [...times].map(([name, figure]) => [
    name,
    ...spread(figure, milliseconds),
    ratio(figure, peer),
    growth(name, figure),
    AIMS.get(`${realServers} ${name}`) ?? '',
  ])
  return table(
    `${mode}, ${thousands(realServers)} real servers (${Math.round(characters / 1000)} kB)`,
    ['', 'min', 'median', 'max', 'runs', '× yaml', 'growth', ''],
    rows,
  )
}

export function heapText(figures: readonly CoreHeap[]): string {
  return table(
    'heap that stays after a collection',
    ['', PEER, OURS, 'min', 'max', 'runs', '× yaml'],
    figures.flatMap(({ mode, realServers, heap }) => {
      const [peer, ours] = [heap.get(PEER), heap.get(OURS)]
      if (peer === undefined || ours === undefined) return []
      return [
        [
          `${mode}, ${thousands(realServers)} real servers`,
          mebibytes(peer.median),
          mebibytes(ours.median),
          mebibytes(ours.min),
          mebibytes(ours.max),
          String(ours.runs),
          ratio(ours, peer),
        ],
      ]
    }),
  )
}

export const CORE_LEGEND = `× yaml: against the yaml library's parseDocument and toJS on the same text, in the same process, in turn
growth: shortest time a real server, against that of the drawing before; 1 is linear
`

export function programText({ bytes, gzipBytes, times }: ProgramFigures): string {
  const peer = times.get(BARE_NODE)
  return `${table(
    'the program, from start to end of the process',
    ['', 'min', 'median', 'max', 'runs', '× node', ''],
    [...times].map(([name, figure]) => [
      name,
      ...spread(figure, milliseconds),
      ratio(figure, peer),
      AIMS.get(name) ?? '',
    ]),
  )}dist/cli.js: ${thousands(bytes)} bytes, ${thousands(gzipBytes)} with gzip\n`
}

export function hostsText({ deployed, others, accelerator, times, counts }: HostsFigures): string {
  const peer = times.get(HANDSHAKES)
  const hosts = [...deployed, ...others]
  return table(
    `hosts: the nat sample on the lab (${accelerator === 'kvm' ? 'KVM' : 'software emulation'})`,
    ['', 'min', 'median', 'max', 'runs', '× ssh', ...hosts],
    [...times].map(([name, figure]) => [
      name,
      ...spread(figure, seconds),
      ratio(figure, peer),
      ...hosts.map((host) => {
        const count = counts.get(name)?.get(host)
        if (count === undefined) return ''
        return count.execs === 0 && count.handshakes === 0 ? '–' : `${count.handshakes} / ${count.execs}`
      }),
    ]),
  )
}

/** A deployment to many hosts beside its peers. */
export function fleetText(figures: FleetFigures): string {
  const { size, times, perHost, memory, changes } = figures
  const bare = times.get(BARE)
  const played = times.get(ANSIBLE)
  const rows = [...times].map(([name, figure]) => {
    const counts = perHost.get(name)
    return [
      name,
      ...spread(figure, seconds),
      ratio(figure, bare),
      ratio(figure, played),
      counts === undefined ? '' : `${counts.connections} / ${counts.commands}`,
    ]
  })
  const { ansibleByApply, tunedByApply, planByBare } = fleetRatios(figures)
  return (
    table(
      `${size} hosts, ${changes} settings each, one machine's namespaces`,
      ['', 'min', 'median', 'max', 'runs', '× ssh', '× Ansible', 'host'],
      rows,
    ) +
    `  apply is ${ansibleByApply.toFixed(1)} times as fast as Ansible as it comes (aim: ≥ 5), ${tunedByApply.toFixed(1)} times as fast as Ansible tuned; plan costs ${planByBare.toFixed(2)} times the bare handshakes (aim: ≤ 2); at most ${Math.round(memory / 2 ** 20)} MiB (aim: ≤ 150)\n`
  )
}

export const FLEET_LEGEND = `× ssh:     against OpenSSH with every host, all at once, before each round
× Ansible: against ansible-playbook with Debian's modules bringing about the same; tuned: pipelined, all hosts at once, no facts
host:      connections / commands a host, as its sshd logged them
`

export const HOSTS_LEGEND = `× ssh:  against OpenSSH with the deployed hosts (director and real servers), all at once, before each
host:   handshakes / commands, as its own sshd logged them; apply verifies, for which it also asks clients and routers
`

function spread(
  { min, median, max, runs }: Figure,
  unit: (value: number) => string,
): [string, string, string, string] {
  return [unit(min), unit(median), unit(max), String(runs)]
}

function ratio({ median }: Figure, peer: Figure | undefined): string {
  return peer === undefined ? '' : (median / peer.median).toFixed(2)
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(2)} s`
}

function mebibytes(value: number): string {
  return `${(value / MEBIBYTE).toFixed(1)} MiB`
}

function thousands(value: number): string {
  return value.toLocaleString('en-GB')
}

export const DESIGNER_LEGEND =
  'The page is in Chromium without a graphics card; the host beside it is the core itself, so VS Code’s own part of a\n' +
  'round trip is not in it. First picture: from the page’s "ready" to the first card. Frames are\n' +
  'worth something on an idle machine only; processor time a step is the same on a busy one.\n'

export function designerText({ sizes, activation, frames, pages }: DesignerFigures): string {
  const bundles = table(
    'what is shipped',
    ['', 'kB', 'gzip', ''],
    sizes.map(({ file, bytes, gzipBytes }) => [
      file,
      kilobytes(bytes),
      kilobytes(gzipBytes),
      AIMS.get(file) ?? '',
    ]),
  )
  const starts = figuresTable('activation', activation, activation.get(WITH_CORE), '× core', '')
  const drawn = pages.map(({ hosts, times }) =>
    figuresTable(`a page of ${thousands(hosts)} hosts`, times, times.get(CORE_ALONE), '× core', `${hosts} `),
  )
  const moved = figuresTable('moving about among 1,000 hosts', frames, undefined, '', 'moved ')
  return [bundles, starts, ...drawn, moved].join('')
}

function figuresTable(
  title: string,
  times: ReadonlyMap<string, Figure>,
  peer: Figure | undefined,
  ratioHead: string,
  aims: string,
): string {
  return table(
    title,
    ['', 'min', 'median', 'max', 'runs', ratioHead, ''],
    [...times].map(([name, figure]) => [
      name,
      ...spread(figure, milliseconds),
      ratio(figure, peer),
      AIMS.get(`${aims}${name}`) ?? '',
    ]),
  )
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0)
}

export const EDITOR_LEGEND =
  'Peers check less: yaml-language-server knows the schema, keepalived -t its own grammar. A keystroke is measured in the\n' +
  'extension host of a real VS Code: the time its thread uses within 3.5 s, with what VS Code itself does there.\n'

export function editorText({ checkers, reader, keystrokes, memory }: EditorFigures): string {
  const whole = checkers.map(({ realServers, times }) =>
    figuresTable(
      `a file of ${thousands(realServers)} real servers, checked as a whole`,
      times,
      times.get(OURS_WHOLE),
      '× ours',
      `${realServers} `,
    ),
  )
  const read = reader.map(({ realServers, times }) =>
    figuresTable(
      `one change in ${thousands(realServers)} real servers`,
      times,
      undefined,
      '',
      `${realServers} `,
    ),
  )
  const keys = figuresTable(
    'a keystroke in 1,000 real servers, in VS Code',
    keystrokes,
    keystrokes.get(KEYSTROKE_ALONE),
    '× alone',
    '',
  )
  const [first] = memory
  const kept = table(
    'heap of the reader after edits',
    ['edits', 'in use', '× first'],
    memory.map(({ edits, bytes }) => [
      thousands(edits),
      mebibytes(bytes),
      first === undefined ? '' : (bytes / first.bytes).toFixed(2),
    ]),
  )
  return [...whole, ...read, keys, kept].join('')
}
