import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { pairs } from '../pairs.js'
import { keyAt, takingOut } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const vrrpAuthentication: Rule = {
  code: 'VRRP-AUTH',
  severity: 'warning',
  title: 'VRRP authentication where there is none',
  why: 'Whoever is on the segment can make itself the active director; the secret only looks as if it kept them out.',
  kernel: undefined,
  mend: 'Take the secret out, and keep others off the segment: VRRP for IPv6 is version 3, which has no authentication.',
  source: 'RFC 5798, section 9; keepalived.conf(5), authentication',
  explains: [],
  check: (cluster, report) => {
    if (cluster.topology.vrrp?.auth === undefined) return
    const paired = pairs(cluster)
    const six = paired.filter(({ service }) => service.family === 6)
    if (six.length === 0) return
    const path = pathOf('vrrp', 'auth')
    report(
      keyAt(path),
      say`VRRP for the IPv6 VIP of ${quoted(six.map(({ service }) => service.name))} is version 3 and ignores the secret`,
      // With IPv4 VIPs beside them the secret is read there.
      six.length === paired.length ? [takingOut(path, say`Take the secret out`)] : [],
    )
  },
}
