import { said, toSay } from '../speech/say.js'
import { confKey } from '../hosts/sysctl.js'
import type { HostPlan } from './plan.js'
import { ABSENT } from './setting.js'
import { shownFile } from '../hosts/file-state.js'
import type { SettingKind } from './setting.js'

/** What a plan is about on one host, as text before and after it, to be compared by whatever shows differences. */
export interface HostText {
  readonly before: string
  readonly after: string
}

/** A setting with the state it has before the plan and after all of its steps. */
interface Change {
  readonly kind: SettingKind
  readonly key: string
  readonly before: string
  readonly after: string
}

/**
 * The settings of a host that a plan wants or changes, each in the words of the tool that shows it. What is as wanted
 * already stands in both texts, so that a difference has its surroundings. The order is that of kinds and keys, never
 * that of the steps: the same states always give the same text.
 */
export function hostText({
  host,
  steps,
  wanted,
  notes,
}: Pick<HostPlan, 'host' | 'steps' | 'wanted' | 'notes'>): HostText {
  const changes = new Map<string, Change>()
  for (const { kind, key, state } of wanted)
    changes.set(`${kind} ${key}`, { kind, key, before: state, after: state })
  const changed = new Set<string>()
  for (const { kind, key, before, after } of steps) {
    const id = `${kind} ${key}`
    // A destination can pass weight 0 on its way: the first step knows where it began.
    const begun = changed.has(id) ? changes.get(id)?.before : undefined
    changes.set(id, { kind, key, before: begun ?? before, after: staysAt(kind, key, before, after) })
    changed.add(id)
  }
  // What belongs to a device that is deleted goes with it, whatever else is said of it.
  for (const { kind, key: device, after } of [...changes.values()]) {
    if (kind !== 'tunnel-device' || after !== ABSENT) continue
    for (const [id, change] of changes) {
      const belongs = change.key === device || change.key.startsWith(confKey(4, device, ''))
      if (belongs) changes.set(id, { ...change, after: ABSENT })
    }
  }
  const sorted = [...changes.values()].sort((a, b) => compareText(sortKey(a), sortKey(b)))
  const text = (side: 'before' | 'after') =>
    `# ${host}\n${notes.map((note) => `# ${note}\n`).join('')}${SECTIONS.map(({ title, kinds, line }) => {
      const lines = sorted
        .filter(({ kind }) => kinds.includes(kind))
        .flatMap((change) => (change[side] === ABSENT ? [] : [line(change, change[side])]))
      return lines.length === 0 ? '' : `\n# ${said(title)}\n${lines.join('\n')}\n`
    }).join('')}`
  return { before: text('before'), after: text('after') }
}

/** What `put` in settings.sh leaves alone although it is no longer wanted (summary.ts says why). */
function staysAt(kind: SettingKind, key: string, before: string, after: string): string {
  if (after !== ABSENT) return after
  const stays = kind === 'sysctl' || kind === 'link' || (kind === 'module' && !key.startsWith('ip_vs'))
  return stays ? before : after
}

interface Section {
  readonly title: string
  readonly kinds: readonly SettingKind[]
  readonly line: (change: Change, state: string) => string
}

const SECTIONS: readonly Section[] = [
  { title: toSay`kernel modules`, kinds: ['module'], line: ({ key }) => key },
  {
    title: toSay`UDP ports at which GUE is unpacked (ip fou show)`,
    kinds: ['fou'],
    line: ({ key }, state) => {
      const [family = '', port = ''] = key.split(' ')
      return `port ${port} ${state}${family === '6' ? ' -6' : ''}`
    },
  },
  {
    title: toSay`tunnel devices`,
    kinds: ['tunnel-device'],
    line: ({ key }, state) => `${key} type ${state}`,
  },
  { title: 'sysctl', kinds: ['sysctl'], line: ({ key }, state) => `${key} = ${state}` },
  { title: toSay`links`, kinds: ['link'], line: ({ key }, state) => `${key} ${state}` },
  {
    title: toSay`addresses`,
    kinds: ['address'],
    line: ({ key }) => {
      const [interfaceName = '', address = ''] = key.split(' ')
      return `${address} dev ${interfaceName}`
    },
  },
  { title: toSay`default routes`, kinds: ['route'], line: ({ key }, state) => `IPv${key} ${state}` },
  {
    title: toSay`firewall marks`,
    kinds: ['mark'],
    line: ({ key }, state) => `${key}: ${state}`,
  },
  { title: toSay`masquerading`, kinds: ['masquerade'], line: ({ key }) => key },
  {
    title: 'IPVS (ipvsadm -S -n)',
    kinds: ['virtual-service', 'destination'],
    line: ({ kind, key }, state) => `${kind === 'virtual-service' ? '-A' : '-a'} ${key} ${state}`,
  },
  { title: toSay`daemons`, kinds: ['daemon'], line: ({ key }, state) => `${key} ${state}` },
  {
    title: toSay`files`,
    kinds: ['file'],
    line: ({ key }, state) => `## ${key}\n${shownFile(state).trimEnd()}`,
  },
]

/** A destination's key begins with that of its service, so that each stands below its own. */
function sortKey({ kind, key }: Change): string {
  return `${SECTIONS.findIndex(({ kinds }) => kinds.includes(kind))} ${key}`
}

/** By code unit: an order by locale would differ from machine to machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
