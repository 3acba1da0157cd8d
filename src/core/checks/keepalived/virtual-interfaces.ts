import { say } from '../../speech/say.js'
import { isWhole } from '../../formats/keepalived/whole.js'
import { addressOf } from '../../formats/keepalived/address-word.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import type { VrrpInstance } from '../../formats/keepalived/vrrp-instance.js'
import { lineOf, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** Interfaces that an instance makes for its VIPs: by a virtual MAC address, or as an ipvlan. */
export function checkVirtualInterfaces(
  { instances }: KeepalivedConfiguration,
  report: KeepalivedReport,
): void {
  for (const instance of instances) {
    const { directive } = instance
    for (const line of directive.children ?? []) {
      if (line.words.some(({ text }) => text.includes('$'))) continue
      if (line.name === 'use_vmac') checkVmac(line, report)
      if (line.name === 'use_ipvlan') checkIpvlan(line, instance, report)
    }
  }
}

/** IFNAMSIZ less its terminator. */
const LONGEST_NAME = 15
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i

function checkVmac(line: Directive, report: KeepalivedReport): void {
  for (const [at, { text }] of line.words.entries()) {
    if (at === 0) continue
    if (MAC.test(text)) {
      // The lowest bit of the first byte.
      if (Number.parseInt(text.slice(0, 2), 16) % 2 === 1)
        report(
          'KA-INSTANCE',
          wordAt(line, at),
          say`${text} is a MAC address of many hosts; keepalived leaves it out`,
        )
    } else checkName(line, at, report)
  }
}

function checkIpvlan(line: Directive, { directive, family }: VrrpInstance, report: KeepalivedReport): void {
  const texts = line.words.slice(1).map(({ text }) => text)
  const address = texts.findIndex((text) => addressOf(text.split('/')[0] ?? '') !== undefined)
  if (texts.length > 0 && address !== 0) checkName(line, 1, report)
  if (family !== 4 || address >= 0 || !isWhole(directive)) return
  report(
    'KA-INSTANCE',
    lineOf(line),
    say`an ipvlan of IPv4 needs an address that advertisements come from: use_ipvlan NAME ADDRESS; without one the instance is in fault from the start`,
  )
}

function checkName(line: Directive, at: number, report: KeepalivedReport): void {
  const text = line.words[at]?.text ?? ''
  if (text.length <= LONGEST_NAME && !text.includes('/')) return
  report(
    'KA-INSTANCE',
    wordAt(line, at),
    say`the name of an interface has at most ${LONGEST_NAME} characters, none of them a slash; keepalived leaves it out`,
  )
}
