import { say } from '../../speech/say.js'
import type { Family } from '../../topology/address.js'
import { faultOfMask } from '../../hosts/client-mask.js'
import { below } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Path } from '../../topology/path.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const persistenceMask: Rule = {
  code: 'PERSIST-MASK',
  severity: 'error',
  title: 'A persistence netmask that is none',
  why: 'The service is refused, or clients are put together that have nothing in common; keepalived’s configuration test says nothing of it.',
  kernel:
    'A client’s address is joined with the mask before its real server is looked up (ip_vs_core.c, ip_vs_sched_persist). ' +
    'For IPv6 the mask is a prefix length, and ip_vs_add_service (ip_vs_ctl.c) answers EINVAL for 0 and for more than 128.',
  mend: 'Write a dotted mask whose ones come first for an IPv4 VIP, such as 255.255.255.0, and a prefix length from 1 to 128 for an IPv6 one; leave it out to tell every address apart.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_core.c (Linux 6.1); ipvsadm(8)',
  explains: ['NO_SERVICE'],
  check: ({ services }, report) => {
    for (const { name, path, drawn, family } of services) {
      const netmask = drawn.persistence?.netmask
      if (netmask === undefined) continue
      const fault = faultOfMask(netmask, family)
      if (fault === undefined) continue
      const at = below(path, 'persistence', 'netmask')
      const target = drawn.vip === undefined ? `"${name}"` : say`"${name}" (VIP ${drawn.vip})`
      report(valueAt(at), say`${target} has the persistence netmask ${netmask}, ${fault}`, [
        ...meant(netmask, family, at),
        takingOut(at, say`Take the netmask out: every client address by itself`),
      ])
    }
  },
}

/** A prefix length where a mask belongs says what is meant. */
function meant(netmask: string, family: Family, path: Path): Fix[] {
  const length = Number(netmask)
  if (family === 6 || netmask.includes('.') || length < 1 || length > 32) return []
  const bits = '1'.repeat(length).padEnd(32, '0')
  const value = [0, 8, 16, 24].map((at) => parseInt(bits.slice(at, at + 8), 2)).join('.')
  return [{ title: say`Change to ${value}`, edits: [{ kind: 'set', path, value }] }]
}
