import { said, say, toSay } from '../../speech/say.js'
import type { HostModel } from '../../hosts/cluster.js'
import { sysctlEntry } from '../../hosts/sysctl-catalogue.js'
import type { SysctlJoin } from '../../hosts/sysctl-entry.js'
import { liftPins, pinsOf } from '../pins.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

const OF_INTERFACE = /^(net\.ipv[46]\.conf\.)(?!all\.|default\.)[^.]+(\.[a-z0-9_]+)$/

export const sysctlMerge: Rule = {
  code: 'SYSCTL-MERGE',
  severity: 'information',
  title: 'A setting of one interface that does not count',
  why: 'A deployment sets the same for all interfaces, and the kernel joins the two: the value of the one interface changes nothing.',
  kernel:
    'Of rp_filter, arp_ignore and arp_announce the larger of conf.all and conf.IF counts, of send_redirects and accept_local ' +
    'either is enough, of accept_source_route it takes both (IN_DEV_MAXCONF, IN_DEV_ORCONF, IN_DEV_ANDCONF, include/linux/inetdevice.h).',
  mend: 'Lift the pin; where the interface must have another value, pin that of all too.',
  source: 'include/linux/inetdevice.h (Linux 6.1)',
  explains: [],
  check: ({ hosts }, report) => {
    for (const host of hosts.values()) {
      for (const key of host.drawn.sysctls.keys()) {
        const derived = derivedForAll(host, key)
        const join = sysctlEntry(key)?.join
        if (derived === undefined || join === undefined) continue
        for (const pin of pinsOf(host, [key])) {
          if (counts(join, pin.value, derived.value)) continue
          report(
            valueAt(pin.path),
            say`${key} of ${host.name} is ${pin.value} without effect: a deployment sets ${derived.key} to ${derived.value}, and ${said(WORDS[join] ?? toSay`that counts`)}`,
            liftPins([pin]),
          )
        }
      }
    }
  },
}

/** What a deployment sets for all interfaces: where the file pins that itself, it can be read there. */
function derivedForAll(
  { drawn, state }: HostModel,
  key: string,
): { readonly key: string; readonly value: number } | undefined {
  const [, before = '', after = ''] = OF_INTERFACE.exec(key) ?? []
  const all = `${before}all${after}`
  const value = drawn.sysctls.has(all) ? undefined : state.sysctls.get(all)
  return value === undefined ? undefined : { key: all, value: Number(value) }
}

function counts(join: SysctlJoin, own: number, all: number): boolean {
  switch (join) {
    case 'max':
      return own >= all
    case 'or':
      return own !== 0 || all === 0
    case 'and':
      return own === 0 || all !== 0
    case 'all':
      return own === all
    case 'interface':
    case 'by-forwarding':
      return true
  }
}

const WORDS: Readonly<Partial<Record<SysctlJoin, string>>> = {
  max: toSay`the larger counts`,
  or: toSay`either is enough`,
  and: toSay`it takes both`,
}
