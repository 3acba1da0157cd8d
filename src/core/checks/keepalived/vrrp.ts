import { say } from '../../speech/say.js'
import { areWhole, isWhole, lacks } from '../../formats/keepalived/whole.js'
import { setting } from '../../formats/keepalived/settings.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import type { VrrpInstance } from '../../formats/keepalived/vrrp-instance.js'
import { addressOf } from '../../formats/keepalived/address-word.js'
import type { VirtualAddress } from '../../formats/keepalived/virtual-address.js'
import { addressKind, familyOf, parseAddress } from '../../topology/address.js'
import { intoBlock, lineOf, rewriting, withoutLine, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** What is wrong with VRRP instances by themselves (vrrp.c `vrrp_complete_instance`). */
export function checkVrrp(
  { instances, staticAddresses, tree }: KeepalivedConfiguration,
  report: KeepalivedReport,
): void {
  const names = new Set<string>()
  const allGlobals = areWhole(tree, 'global_defs')
  for (const instance of instances) {
    const { directive, name } = instance
    if (names.has(name)) {
      report(
        'KA-INSTANCE',
        wordAt(directive, 1),
        say`there is an instance ${name} already; keepalived leaves this one out`,
      )
    }
    names.add(name)
    checkWhere(instance, report)
    checkAddresses(instance, report)
    checkState(instance, report)
    checkVersion(instance, allGlobals, report)
    checkPeers(instance, report)
    checkSources(instance, report)
    checkNative(instance, report)
  }
  for (const address of staticAddresses) checkLine(address, report)
  checkRouters(instances, report)
}

function checkWhere({ directive, interface: name }: VrrpInstance, report: KeepalivedReport): void {
  const line = setting(directive, 'interface')
  if (name === 'lo') {
    report(
      'KA-INSTANCE',
      wordAt(line ?? directive, 1),
      say`VRRP cannot run on lo; keepalived leaves the instance without an interface`,
    )
  } else if (lacks(directive, 'interface')) {
    report(
      'KA-INSTANCE',
      wordAt(directive),
      say`the instance has no interface, so keepalived does not start it`,
    )
  }
  if (lacks(directive, 'virtual_router_id')) {
    report(
      'HA-VRID',
      wordAt(directive),
      say`the instance has no virtual_router_id; keepalived does not start it`,
      {
        fixes: intoBlock(
          directive,
          'virtual_router_id 51',
          say`Add "virtual_router_id 51"; the same on the other director`,
        ),
      },
    )
  }
}

function checkAddresses(
  { directive, addresses, excluded, family, familyFrom }: VrrpInstance,
  report: KeepalivedReport,
): void {
  const none = setting(directive, 'no_virtual_ipaddress')
  if (addresses.length === 0 && none === undefined && isWhole(directive)) {
    report(
      'KA-INSTANCE',
      wordAt(directive),
      say`the instance has no virtual_ipaddress: nothing moves when it becomes MASTER`,
    )
  }
  const seen = new Set<string>()
  for (const entry of [...addresses, ...excluded]) {
    checkLine(entry, report)
    if (entry.address === undefined) continue
    if (seen.has(entry.address)) {
      report('KA-VIP', wordAt(entry.directive), say`${entry.address} stands in this instance twice`, {
        severity: 'warning',
        fixes: withoutLine(entry.directive, say`Take it out`),
      })
    }
    seen.add(entry.address)
  }
  for (const { address, directive: line } of addresses) {
    if (address === undefined || familyOf(address) === family) continue
    report(
      'KA-VIP',
      wordAt(line),
      familyFrom === undefined
        ? say`the VIPs of an instance are of one family, and the first is of IPv${family}; keepalived leaves ${address} out`
        : say`"${textOf(familyFrom)}" above makes the instance one of IPv${family}; keepalived leaves ${address} out`,
    )
  }
  const [first] = addresses
  if (
    first?.address !== undefined &&
    family === 6 &&
    familyOf(first.address) === 6 &&
    addressKind(first.address) !== 'link-local'
  ) {
    report(
      'KA-VIP',
      wordAt(first.directive),
      say`the first VIP of IPv6 should be a link-local one (RFC 5798), as fe80::1`,
      { severity: 'information' },
    )
  }
}

function checkLine({ directive, wrong }: VirtualAddress, report: KeepalivedReport): void {
  if (wrong === undefined || directive.words[wrong.word]?.text.includes('$') === true) return
  report('KA-VIP', wordAt(directive, wrong.word), wrong.reason)
}

function checkState(instance: VrrpInstance, report: KeepalivedReport): void {
  const { directive, state, priority, strict } = instance
  const nopreempt = setting(directive, 'nopreempt')
  const delay = setting(directive, 'preempt_delay')
  const stateLine = setting(directive, 'state')
  if (state === 'MASTER' && nopreempt !== undefined) {
    report(
      'VRRP-STATE',
      lineOf(nopreempt),
      say`nopreempt has no effect with "state MASTER"; keepalived takes it out, and this director takes over each time it comes back`,
      {
        fixes: stateLine === undefined ? [] : rewriting(stateLine, 1, 'BACKUP'),
      },
    )
  }
  if (state === 'MASTER' && delay !== undefined) {
    report(
      'VRRP-STATE',
      lineOf(delay),
      say`preempt_delay has no effect with "state MASTER"; keepalived takes it out`,
      {
        fixes: stateLine === undefined ? [] : rewriting(stateLine, 1, 'BACKUP'),
      },
    )
  }
  if (nopreempt !== undefined && delay !== undefined && state !== 'MASTER') {
    report(
      'VRRP-STATE',
      lineOf(delay),
      say`preempt_delay delays what nopreempt forbids; keepalived takes it out`,
    )
  }
  if (priority === 255 && nopreempt !== undefined) {
    report(
      'VRRP-STATE',
      lineOf(nopreempt),
      say`the owner of the address, priority 255, always takes over; keepalived takes nopreempt out`,
    )
  }
  if (strict && directive.whole && stateLine !== undefined && (state === 'MASTER') !== (priority === 255)) {
    report(
      'VRRP-STATE',
      lineOf(stateLine),
      say`by the letter of VRRP, state MASTER and priority 255 go together`,
    )
  }
  if (state !== undefined && state !== 'MASTER' && priority === 255) {
    report(
      'VRRP-STATE',
      wordAt(stateLine ?? directive, 1),
      say`priority 255 is the owner of the address, which begins as MASTER`,
      strict ? {} : { severity: 'warning' },
    )
  }
}

/** A line as it is written, without what stands between its words. */
function textOf({ words }: Directive): string {
  return words.map(({ text }) => text).join(' ')
}

function checkVersion(instance: VrrpInstance, allGlobals: boolean, report: KeepalivedReport): void {
  const { directive, version, family, strict } = instance
  const effective = family === 6 ? 3 : (version ?? 2)
  if (family === 6 && version === 2) {
    report(
      'VRRP-VERSION',
      lineOf(setting(directive, 'version') ?? directive),
      say`VRRP 2 has no IPv6; keepalived goes on with version 3`,
    )
  }
  const authentication = setting(directive, 'authentication')
  if (authentication !== undefined) {
    const type = setting(authentication, 'auth_type')?.words[1]?.text
    const pass = setting(authentication, 'auth_pass')
    if (effective === 3 || strict) {
      report(
        'VRRP-AUTH',
        wordAt(authentication),
        say`${strict ? say`VRRP to the letter` : 'VRRP 3'} has no authentication; keepalived goes on without`,
        {
          severity: 'error',
          fixes: withoutLine(authentication, say`Take it out`),
        },
      )
    } else if (lacks(authentication, 'auth_pass')) {
      report(
        'VRRP-AUTH',
        wordAt(authentication),
        say`authentication without auth_pass; keepalived goes on without`,
        { severity: 'error' },
      )
    } else if (type !== 'AH' && pass !== undefined && (pass.words[1]?.text.length ?? 0) > 8) {
      report(
        'VRRP-AUTH',
        wordAt(pass, 1),
        say`only the first eight characters of a password count; the rest is not compared`,
        { severity: 'error' },
      )
    }
    if (type === 'AH' && instance.state === 'MASTER' && setting(directive, 'priority') !== undefined) {
      report(
        'VRRP-STATE',
        lineOf(setting(directive, 'state') ?? directive),
        say`state MASTER and authentication by AH do not go together; keepalived begins as BACKUP`,
      )
    }
  }
  const advert = setting(directive, 'advert_int')
  const seconds = Number(advert?.words[1]?.text)
  if (advert === undefined || !(seconds > 0)) return
  // Where something was not looked at, it may say that this is version 3.
  const second = version === 2 || (allGlobals && isWhole(directive))
  if (effective === 2 && second && (!Number.isInteger(seconds) || seconds > 255)) {
    report(
      'VRRP-ADVERT',
      wordAt(advert, 1),
      say`VRRP 2 counts whole seconds from 1 to 255; keepalived goes on with ${Math.min(255, Math.max(1, Math.round(seconds)))}`,
      { severity: 'error' },
    )
  }
  if (effective === 3 && (seconds > 40.95 || Math.abs(seconds * 100 - Math.round(seconds * 100)) > 1e-6)) {
    report(
      'VRRP-ADVERT',
      wordAt(advert, 1),
      say`VRRP 3 counts hundredths of a second up to 40.95; keepalived rounds`,
      { severity: 'error' },
    )
  }
}

const SOURCES = ['mcast_src_ip', 'unicast_src_ip', 'mcast_dst_ip'] as const

/** The addresses advertisements go from and to. */
function checkSources({ directive, family }: VrrpInstance, report: KeepalivedReport): void {
  for (const name of SOURCES) {
    const line = setting(directive, name)
    const address = parseAddress(line?.words[1]?.text ?? '')
    if (line === undefined || address === undefined) continue
    if (familyOf(address) !== family) {
      report(
        'KA-INSTANCE',
        wordAt(line, 1),
        say`${address} is of another family than the addresses above; keepalived leaves it out`,
      )
    } else if (name === 'mcast_dst_ip' && addressKind(address) !== 'multicast') {
      report('KA-INSTANCE', wordAt(line, 1), say`${address} is no multicast group; keepalived leaves it out`)
    }
  }
}

function checkNative({ directive, family }: VrrpInstance, report: KeepalivedReport): void {
  const line = setting(directive, 'native_ipv6')
  if (line === undefined || family === 6 || !isWhole(directive)) return
  report('KA-INSTANCE', lineOf(line), say`native_ipv6 in an instance that has addresses of IPv4`)
}

const UNICAST = ['unicast_src_ip', 'unicast_ttl', 'check_unicast_src', 'unicast_peer'] as const

function checkPeers({ directive, peers, strict, family }: VrrpInstance, report: KeepalivedReport): void {
  const block = setting(directive, 'unicast_peer')
  if (strict && peers.length > 0) {
    report(
      'VRRP-STATE',
      wordAt(block ?? directive),
      say`by the letter of VRRP there are no unicast peers; keepalived leaves the instance out`,
      { severity: 'error' },
    )
  }
  for (const line of block?.children ?? []) {
    if (addressOf(line.name) !== undefined || line.name.includes('$')) continue
    report('KA-INSTANCE', wordAt(line), say`"${line.name}" is no address of a peer; keepalived leaves it out`)
  }
  for (const line of block?.children ?? []) checkPeerOptions(line, report)
  for (const peer of peers) {
    if (familyOf(peer) === family) continue
    const line = block?.children?.find(({ name }) => name.toLowerCase() === peer)
    report(
      'KA-INSTANCE',
      wordAt(line ?? block ?? directive),
      say`the peer ${peer} is of another family than the addresses above; keepalived leaves it out`,
    )
  }
  const vmac = setting(directive, 'use_vmac')
  if (peers.length > 0 && vmac !== undefined && lacks(directive, 'vmac_xmit_base')) {
    report(
      'VRRP-UNICAST',
      lineOf(vmac),
      say`with peers, advertisements cannot leave by the virtual MAC; keepalived sets vmac_xmit_base`,
    )
  }
  if (peers.length > 0 || !isWhole(directive)) return
  for (const name of UNICAST) {
    const line = setting(directive, name)
    if (line === undefined) continue
    report(
      'VRRP-UNICAST',
      lineOf(line),
      say`unicast is spoken of, but there are no peers; advertisements go to the multicast group`,
      {
        fixes: name === 'unicast_peer' ? withoutLine(line, say`Take it out`) : [],
      },
    )
    return
  }
}

/** `ADDRESS [min_ttl N] [max_ttl N]`. */
function checkPeerOptions(line: Directive, report: KeepalivedReport): void {
  for (let at = 1; at < line.words.length; at += 2) {
    const option = line.words[at]?.text ?? ''
    const value = line.words[at + 1]?.text
    if (option.includes('$')) return
    if (option !== 'min_ttl' && option !== 'max_ttl')
      report(
        'KA-INSTANCE',
        wordAt(line, at),
        say`"${option}" is no option of a peer; min_ttl and max_ttl are`,
      )
    else if (value === undefined || !/^\+?\d+$/.test(value) || Number(value) > 255)
      report('KA-INSTANCE', wordAt(line, at), say`${option} takes a whole number from 0 to 255`)
  }
}

/** Two instances of a file with the same number on one interface. */
function checkRouters(instances: readonly VrrpInstance[], report: KeepalivedReport): void {
  const seen = new Map<string, VrrpInstance>()
  for (const instance of instances) {
    const { directive, interface: name, id, family, peers } = instance
    if (id === undefined || name === undefined) continue
    const group = setting(directive, 'mcast_dst_ip')?.words[1]?.text ?? ''
    const key = `${name} ${id} ${family} ${peers.length > 0 ? [...peers].sort().join(',') : group}`
    const earlier = seen.get(key)
    if (earlier !== undefined && earlier.name !== instance.name) {
      report(
        'HA-VRID',
        wordAt(setting(directive, 'virtual_router_id') ?? directive, 1),
        say`${earlier.name} has the number ${id} for IPv${family} on ${name} already`,
      )
    } else seen.set(key, instance)
  }
}
