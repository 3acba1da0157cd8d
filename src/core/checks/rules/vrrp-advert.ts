import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { pairs } from '../pairs.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

/** Version 3 counts hundredths of a second in 12 bits. */
const MOST_3 = 40.95

export const vrrpInterval: Rule = {
  code: 'VRRP-ADVERT',
  severity: 'warning',
  title: 'An interval that this version of VRRP cannot say',
  why: 'keepalived takes another one with a line in its log, so a failover takes longer or shorter than was planned.',
  kernel: undefined,
  mend: 'With authentication (version 2) choose whole seconds from 1 to 255; without, hundredths of a second up to 40.95.',
  source: 'RFC 3768, section 5.3.7; RFC 5798, section 5.2.7; keepalived.conf(5), advert_int',
  explains: [],
  check: (cluster, report) => {
    const { vrrp } = cluster.topology
    if (vrrp?.advert === undefined) return
    const { advert } = vrrp
    const paired = pairs(cluster)
    const fault = faultOf(advert, {
      authenticated: vrrp.auth !== undefined && paired.some(({ service }) => service.family === 4),
      six: paired.some(({ service }) => service.family === 6),
    })
    if (fault === undefined) return
    const path = pathOf('vrrp', 'advert')
    report(valueAt(path), say`an advertisement every ${advert} seconds: ${fault.what}`, [
      { title: say`Change to ${fault.value}`, edits: [{ kind: 'set', path, value: fault.value }] },
    ])
  },
}

interface Fault {
  readonly what: string
  readonly value: number
}

function faultOf(
  advert: number,
  { authenticated, six }: { readonly authenticated: boolean; readonly six: boolean },
): Fault | undefined {
  if (authenticated && !Number.isInteger(advert)) {
    return {
      what: say`with authentication it is VRRP version 2, which knows whole seconds`,
      value: Math.max(1, Math.round(advert)),
    }
  }
  if (six && advert > MOST_3) {
    return { what: say`VRRP for IPv6 is version 3, which goes up to ${MOST_3}`, value: 40 }
  }
  if (!Number.isInteger(advert)) {
    // What is not whole takes version 3.
    if (advert > MOST_3)
      return {
        what: say`what is no whole number takes VRRP version 3, which goes up to ${MOST_3}`,
        value: Math.round(advert),
      }
    const hundredths = Math.round(advert * 100)
    if (Math.abs(advert * 100 - hundredths) > 1e-6) {
      return { what: say`VRRP counts hundredths of a second`, value: hundredths / 100 }
    }
  }
  return undefined
}
