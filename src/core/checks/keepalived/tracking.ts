import { say } from '../../speech/say.js'
import { areWhole, isWhole, lacks } from '../../formats/keepalived/whole.js'
import { setting } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration, NamedBlock } from '../../formats/keepalived/configuration.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import { lineOf, wordAt } from './report.js'
import { orderOf, standsBelow } from './order.js'
import type { StandsBelow } from './order.js'
import type { KeepalivedReport } from './report.js'

const LISTS: Readonly<Record<string, NamedBlock>> = {
  track_script: 'vrrp_script',
  track_file: 'track_file',
  track_process: 'vrrp_track_process',
  track_bfd: 'bfd_instance',
}

/** What instances and groups name, and whether it is there. */
export function checkTracking(
  { tree, instances, syncGroups, named, globals }: KeepalivedConfiguration,
  report: KeepalivedReport,
): void {
  const used = new Set<string>()
  const below = orderOf(tree)
  for (const { name, children } of tree.directives) {
    if (name !== 'vrrp_instance' && name !== 'vrrp_sync_group') continue
    for (const list of children ?? []) {
      const kind = LISTS[list.name]
      if (kind !== undefined)
        checkList(list, kind, { known: named[kind], whole: tree.whole, used, below }, report)
      else if (list.name === 'track_interface') checkInterfaces(list, report)
    }
  }
  const allUses = areWhole(tree, 'vrrp_instance', 'vrrp_sync_group')
  for (const [name, script] of named.vrrp_script) {
    if (lacks(script, 'script')) {
      report(
        'KA-TRACK',
        wordAt(script),
        say`vrrp_script ${name} runs nothing: it has no script, and keepalived takes it out`,
      )
    } else if (allUses && !used.has(name)) {
      report('KA-UNUSED', wordAt(script, 1), say`no instance and no group tracks ${name}, so it is never run`)
    }
  }
  const names = new Set(instances.map(({ name }) => name))
  const known: Instances = {
    isThere: (name) => names.has(name),
    isAbsent: (name) => tree.whole && !names.has(name),
  }
  checkSyncGroups(syncGroups, known, report)
  for (const group of tree.directives) {
    if (group.name !== 'track_group') continue
    for (const member of setting(group, 'group')?.children ?? []) {
      for (const word of member.words) {
        if (known.isAbsent(word.text) && !word.text.includes('$')) {
          report(
            'KA-SYNC',
            { source: member.source, span: { start: word.start, end: word.end } },
            say`there is no vrrp_instance ${word.text}`,
          )
        }
      }
    }
  }
  checkSyncDaemon(globals.get('lvs_sync_daemon'), known, report)
  checkTimeouts(globals.get('lvs_timeouts'), report)
}

interface Instances {
  readonly isThere: (name: string) => boolean
  /** One that may stand where nobody looked is neither there nor absent. */
  readonly isAbsent: (name: string) => boolean
}

interface Named {
  /** Whether that is every one there may be. */
  readonly whole: boolean
  readonly known: ReadonlyMap<string, Directive>
  /** Names that somebody tracks. */
  readonly used: Set<string>
  readonly below: StandsBelow
}

function checkList(
  list: Directive,
  kind: NamedBlock,
  { known, whole, used, below }: Named,
  report: KeepalivedReport,
): void {
  const here = new Set<string>()
  for (const line of list.children ?? []) {
    used.add(line.name)
    const block = known.get(line.name)
    // A script without a program is taken out, and with it whoever names it.
    const gone = block === undefined ? whole : kind === 'vrrp_script' && lacks(block, 'script')
    if (gone && !line.name.includes('$')) {
      report('KA-TRACK', wordAt(line), say`there is no ${kind} ${line.name}; keepalived goes on without`)
    } else if (below(line, kind, line.name)) {
      report('KA-TRACK', wordAt(line), standsBelow(kind, line.name))
    }
    if (here.has(line.name)) report('KA-TRACK', wordAt(line), say`${line.name} stands here twice`)
    here.add(line.name)
  }
  checkEntries(list, report)
}

function checkInterfaces(list: Directive, report: KeepalivedReport): void {
  const own = list.parent === undefined ? undefined : setting(list.parent, 'interface')?.words[1]?.text
  const here = new Set<string>()
  for (const line of list.children ?? []) {
    if (here.has(line.name)) report('KA-TRACK', wordAt(line), say`${line.name} stands here twice`)
    else if (line.name === own)
      report(
        'KA-TRACK',
        wordAt(line),
        say`${line.name} is the interface of the instance, which it goes by anyway`,
        { severity: 'information' },
      )
    here.add(line.name)
  }
  checkEntries(list, report)
}

/** `NAME [weight N [reverse|noreverse]]`. */
function checkEntries(list: Directive, report: KeepalivedReport): void {
  const most = list.name === 'track_file' || list.name === 'track_process' ? 254 : 253
  for (const line of list.children ?? []) {
    const [, option, value, sense, more] = line.words
    if (option === undefined || option.text.includes('$')) continue
    if (option.text !== 'weight') {
      report('KA-TRACK', wordAt(line, 1), say`"${option.text}" is no option here; weight is`)
      continue
    }
    const weight = Number(value?.text)
    if (value === undefined) report('KA-TRACK', wordAt(line, 1), say`weight lacks its value`)
    else if (!/^[+-]?\d+$/.test(value.text) || Math.abs(weight) > most) {
      if (!value.text.includes('$'))
        report('KA-TRACK', wordAt(line, 2), say`a weight is a whole number from -${most} to ${most}`)
    } else if (sense !== undefined && !['reverse', 'noreverse', 'no_reverse'].includes(sense.text)) {
      report(
        'KA-TRACK',
        wordAt(line, 3),
        say`"${sense.text}" is no option of a weight; reverse and noreverse are`,
      )
    } else if (more !== undefined) report('KA-TRACK', wordAt(line, 4), say`"${more.text}" is not read`)
  }
}

function checkSyncGroups(
  groups: KeepalivedConfiguration['syncGroups'],
  known: Instances,
  report: KeepalivedReport,
): void {
  const names = new Set<string>()
  const where = new Map<string, string>()
  for (const { directive, name, members } of groups) {
    if (names.has(name))
      report(
        'KA-SYNC',
        wordAt(directive, 1),
        say`there is a group ${name} already; keepalived leaves this one out`,
      )
    names.add(name)
    const words = members.flatMap((member) => member.words.map((word) => ({ word, member })))
    const there = words.filter(({ word }) => known.isThere(word.text))
    for (const { word, member } of words) {
      const place = { source: member.source, span: { start: word.start, end: word.end } }
      const earlier = where.get(word.text)
      if (!known.isThere(word.text)) {
        if (known.isAbsent(word.text) && !word.text.includes('$'))
          report('KA-SYNC', place, say`there is no vrrp_instance ${word.text}; keepalived goes on without`)
      } else if (earlier === name) report('KA-SYNC', place, say`${word.text} stands in this group twice`)
      else if (earlier !== undefined)
        report(
          'KA-SYNC',
          place,
          say`${word.text} is in the group ${earlier} already; an instance can be in one only`,
        )
      else where.set(word.text, name)
    }
    const all =
      isWhole(directive) && words.every(({ word }) => known.isThere(word.text) || known.isAbsent(word.text))
    if (!all) continue
    if (there.length === 0)
      report('KA-SYNC', wordAt(directive), say`the group ${name} has no instance; keepalived takes it out`)
    else if (there.length === 1)
      report(
        'KA-SYNC',
        wordAt(directive),
        say`the group ${name} has one instance only, so there is nothing it could move together with`,
      )
  }
}

/** `lvs_timeouts [tcp N] [tcpfin N] [udp N]`. */
function checkTimeouts(line: Directive | undefined, report: KeepalivedReport): void {
  if (line === undefined) return
  for (let at = 1; at < line.words.length; at += 2) {
    const kind = line.words[at]?.text ?? ''
    const value = line.words[at + 1]?.text
    if (kind.includes('$') || value?.includes('$') === true) return
    if (!['tcp', 'tcpfin', 'udp'].includes(kind)) {
      report('KA-VALUE', wordAt(line, at), say`"${kind}" is no kind of timeout; tcp, tcpfin and udp are`)
    } else if (
      value === undefined ||
      !/^\d+$/.test(value) ||
      Number(value) < 1 ||
      Number(value) > 2_147_483
    ) {
      report(
        'KA-VALUE',
        wordAt(line, value === undefined ? at : at + 1),
        say`${kind} lacks its seconds, a whole number above 0`,
      )
    }
  }
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  id: [0, 255],
  maxlen: [1, 65_507],
  port: [1, 65_535],
  ttl: [1, 255],
}

/** `lvs_sync_daemon IF [[inst] NAME] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]`. */
function checkSyncDaemon(line: Directive | undefined, known: Instances, report: KeepalivedReport): void {
  if (line === undefined) return
  let instance: string | undefined
  for (let at = 2; at < line.words.length; at++) {
    const option = line.words[at]?.text ?? ''
    if (option.includes('$')) return
    const range = RANGES[option]
    if (option === 'inst' || (range === undefined && option !== 'group' && at === 2)) {
      if (option === 'inst') at++
      instance = line.words[at]?.text ?? ''
      if (known.isAbsent(instance))
        report(
          'SYNC',
          wordAt(line, at),
          say`there is no vrrp_instance ${instance}; keepalived goes on without the synchronisation`,
          { severity: 'error' },
        )
      continue
    }
    const value = line.words[++at]?.text
    if (option === 'group') {
      if (value === undefined) report('KA-VALUE', wordAt(line, at - 1), say`${option} lacks its value`)
      continue
    }
    if (range === undefined)
      report('KA-VALUE', wordAt(line, at - 1), say`"${option}" is no option of lvs_sync_daemon`)
    else if (
      value === undefined ||
      !/^\d+$/.test(value) ||
      Number(value) < range[0] ||
      Number(value) > range[1]
    ) {
      report('KA-VALUE', wordAt(line, at), say`${option} is a whole number from ${range[0]} to ${range[1]}`)
    }
  }
  if (instance === undefined) {
    report(
      'HA-BACKUPONLY',
      lineOf(line),
      say`without an instance both sync daemons run on this director at all times; with net.ipv4.vs.backup_only=1 it would then schedule nothing`,
      { severity: 'information' },
    )
  }
}
