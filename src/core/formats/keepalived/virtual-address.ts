import { say } from '../../speech/say.js'
import { addressOf } from './address-word.js'
import { addressBits, familyOf } from '../../topology/address.js'
import type { IpAddress } from '../../topology/address.js'
import type { Directive } from './tree.js'

/** A line of virtual_ipaddress, virtual_ipaddress_excluded or static_ipaddress (vrrp_ipaddress.c `alloc_ipaddress`). */
export interface VirtualAddress {
  readonly directive: Directive
  readonly address: IpAddress | undefined
  readonly prefix: number | undefined
  readonly device: string | undefined
  /** What keepalived does not take about it. */
  readonly wrong: { readonly word: number; readonly reason: string; readonly lost: boolean } | undefined
}

const WITH_VALUE: ReadonlySet<string> = new Set([
  'dev',
  'scope',
  'brd',
  'broadcast',
  'label',
  'peer',
  'track_group',
  'preferred_lft',
])
const ALONE: ReadonlySet<string> = new Set([
  'home',
  '-nodad',
  'mngtmpaddr',
  'noprefixroute',
  'autojoin',
  'no_track',
  'use_vmac',
])
const SCOPES: ReadonlySet<string> = new Set(['site', 'link', 'host', 'nowhere', 'global'])

export function virtualAddress(directive: Directive): VirtualAddress {
  const { words, name } = directive
  const slash = name.indexOf('/')
  const address = addressOf(slash < 0 ? name : name.slice(0, slash))
  const moves = directive.parent?.name.startsWith('virtual_') === true
  let device: string | undefined
  let wrong: VirtualAddress['wrong']
  if (address === undefined) {
    wrong = { word: 0, reason: say`"${name}" is no address; keepalived leaves it out`, lost: true }
    return { directive, address, prefix: undefined, device, wrong }
  }
  const bits = addressBits(familyOf(address))
  const length = slash < 0 ? bits : Number(name.slice(slash + 1))
  const good = /^\d{1,3}$/.test(slash < 0 ? '0' : name.slice(slash + 1)) && length <= bits
  if (!good)
    wrong = {
      word: 0,
      reason: say`"${name.slice(slash + 1)}" is no prefix length; keepalived goes on with ${bits}`,
      lost: false,
    }
  for (let at = 1; at < words.length; at++) {
    const option = words[at]?.text ?? ''
    if (ALONE.has(option)) continue
    // Addresses that stay on the host go by instances, those of an instance by their own.
    if (!WITH_VALUE.has(option) || (option === 'track_group' && moves)) {
      wrong ??= { word: at, reason: say`"${option}" is no option of an address`, lost: false }
      continue
    }
    const value = words[++at]?.text
    if (value === undefined) {
      wrong ??= { word: at - 1, reason: say`${option} lacks its value`, lost: false }
      continue
    }
    if (option === 'dev') device = value
    if (option === 'label') wrong ??= wrongLabel(value, address, at)
    if (option === 'scope' && !SCOPES.has(value) && !(/^\d+$/.test(value) && Number(value) <= 255)) {
      wrong ??= { word: at, reason: say`"${value}" is no scope`, lost: false }
    }
    if (
      (option === 'brd' || option === 'broadcast') &&
      value !== '-' &&
      value !== '+' &&
      addressOf(value) === undefined
    ) {
      wrong ??= {
        word: at,
        reason: say`"${value}" is no broadcast address; keepalived leaves the whole line out`,
        lost: true,
      }
    }
    if (option === 'peer' && addressOf(value) === undefined) {
      wrong ??= { word: at, reason: say`"${value}" is no address of a peer`, lost: true }
    }
  }
  return { directive, address, prefix: good ? length : bits, device, wrong }
}

/** IFNAMSIZ less its terminator. */
const LONGEST_LABEL = 15

function wrongLabel(label: string, address: IpAddress, word: number): VirtualAddress['wrong'] {
  if (label.length > LONGEST_LABEL)
    return {
      word,
      reason: say`a label has at most ${LONGEST_LABEL} characters; keepalived leaves the whole line out`,
      lost: true,
    }
  if (familyOf(address) === 4) return undefined
  return { word, reason: say`an address of IPv6 has no label; keepalived goes on without`, lost: false }
}
