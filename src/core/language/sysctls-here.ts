import { said, say } from '../speech/say.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { confKey } from '../hosts/sysctl.js'
import { ANY_INTERFACE, SYSCTL_ENTRIES, sysctlEntry, sysctlValueMeaning } from '../hosts/sysctl-catalogue.js'
import type { Proposal, Writing } from './completion.js'
import { firstSentence, wordIn } from './completion.js'
import { sysctlMarkdown, sysctlWords } from './key-meaning.js'
import { literal } from './markdown-text.js'

/** What rules and walks look at, and so what there may be reason to pin. */
const COMMON = [
  'net.ipv4.ip_forward',
  'net.ipv6.conf.all.forwarding',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.all.arp_ignore',
  'net.ipv4.conf.all.arp_announce',
  'net.ipv4.conf.all.send_redirects',
]

/** Settings of a host there may be reason to pin: what a deployment sees to, what is common, then all others. */
export function sysctlKeys(cluster: Cluster, hostName: string): readonly string[] {
  const host = cluster.hosts.get(hostName)
  const interfaces = ['all', ...(host?.state.interfaces.keys() ?? ['lo']), 'default']
  const others = SYSCTL_ENTRIES.flatMap(({ pattern }) => {
    const [, family, setting] = CONF.exec(pattern) ?? []
    if (family === undefined || setting === undefined) return [pattern]
    return interfaces.map((name) => confKey(family === '4' ? 4 : 6, name, setting))
  })
  const relevant = host?.role === 'director' ? others.sort((a, b) => ofIpvs(b) - ofIpvs(a)) : others
  return [...new Set([...needed(host).keys(), ...COMMON, ...relevant])]
}

const CONF = new RegExp(`^net\\.ipv([46])\\.conf\\.${ANY_INTERFACE}\\.(.+)$`)

function ofIpvs(key: string): number {
  return key.startsWith('net.ipv4.vs.') ? 1 : 0
}

/** What a deployment sets on a host, and why; also what the file pins otherwise. */
function needed(
  host: HostModel | undefined,
): ReadonlyMap<string, { readonly value: string; readonly why: string }> {
  const reasoned = [...(host?.needs ?? []), ...(host?.denied ?? [])]
  return new Map(
    reasoned.flatMap(({ need, why }) =>
      need.kind === 'sysctl' ? [[need.key, { value: need.value, why }] as const] : [],
    ),
  )
}

/** Keys a host's `sysctls` may still get. */
export function sysctlsToAdd(writing: Writing): Proposal[] {
  const { slot, cluster } = writing
  const hostName = slot.steps[1] ?? ''
  const wanted = needed(cluster.hosts.get(hostName))
  return sysctlKeys(cluster, hostName)
    .filter((key) => !slot.taken.has(key))
    .map((key) => {
      const need = wanted.get(key)
      const meaning = firstSentence(said(sysctlEntry(key)?.meaning ?? ''))
      const reason =
        need === undefined ? [] : [say`A deployment sets it to ${literal(need.value)}: ${literal(need.why)}.`]
      return {
        label: key,
        kind: 'key',
        detail: need === undefined ? meaning : say`a deployment sets ${need.value}`,
        documentation: [sysctlMarkdown(key) ?? literal(key), ...reason].join('\n\n'),
        insert: slot.named ? wordIn(writing, key) : `${wordIn(writing, key)}: `,
        snippet: false,
        again: !slot.named,
      }
    })
}

/** Values a sysctl may have: what a deployment would set first, then the others with what they do. */
export function sysctlValues(writing: Writing): Proposal[] {
  const { slot, cluster } = writing
  const [, hostName = '', , key = ''] = slot.steps
  const entry = sysctlEntry(key)
  const need = needed(cluster.hosts.get(hostName)).get(key)
  const standard = entry?.default
  const words = [
    ...(need === undefined ? [] : [need.value]),
    ...(entry === undefined ? [] : sysctlWords(entry)),
    ...(standard === undefined ? [] : [standard]),
  ]
  return [...new Set(words)].map((word) => {
    const meaning = entry && sysctlValueMeaning(entry, word)
    const marks = [
      ...(need?.value === word ? [say`a deployment sets it`] : []),
      ...(standard === word ? [say`the kernel’s default`] : []),
    ]
    return {
      label: word,
      kind: 'value',
      detail: [...(meaning === undefined ? [] : [firstSentence(meaning)]), ...marks].join(' · '),
      documentation: [
        ...(meaning === undefined ? [] : [literal(meaning)]),
        ...(need?.value === word ? [say`A deployment sets it: ${literal(need.why)}.`] : []),
        sysctlMarkdown(key) ?? '',
      ].join('\n\n'),
      insert: /^-?\d+$/.test(word) && slot.quote === undefined ? word : wordIn(writing, word),
      snippet: false,
      again: false,
    }
  })
}
