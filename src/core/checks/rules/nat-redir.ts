import { say } from '../../speech/say.js'
import { pathOf } from '../../topology/path.js'
import { isMasqueraded } from '../../hosts/masquerade.js'
import { effectiveSetting } from '../../hosts/sysctl.js'
import { confPins } from '../arp.js'
import { byHost, deliveries } from '../deliveries.js'
import { liftPins } from '../pins.js'
import { keyAt, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const natRedirects: Rule = {
  code: 'NAT-REDIR',
  severity: 'warning',
  title: 'The director of a NAT service on one interface sends redirects',
  why: 'It works until a real server believes the director’s ICMP redirect and answers clients directly, past the director; then its connections fail one by one.',
  kernel:
    'A packet forwarded back out of the interface it came in by makes the kernel tell the sender a shorter way ' +
    '(ip_forward.c, ip_rt_send_redirect). send_redirects counts if conf.all or the interface has it ' +
    '(IN_DEV_ORCONF), so both must be 0.',
  mend: 'Lift the pins: 0 is derived for conf.all and for the interface.',
  source: 'net/ipv4/ip_forward.c, net/ipv4/route.c, include/linux/inetdevice.h (Linux 6.1)',
  // The request that is walked is still served; it is the ones after the redirect that are not.
  explains: [],
  check: (cluster, report) => {
    const oneInterface = deliveries(cluster).flatMap(({ mode, local, service, realServer, director }) => {
      const inside = realServer.directorInterface
      return mode === 'nat' &&
        !local &&
        !isMasqueraded(service) &&
        service.family === 4 &&
        inside !== undefined &&
        inside === service.vipInterface
        ? [{ host: director, inside, service }]
        : []
    })
    for (const [director, ofDirector] of byHost(oneInterface)) {
      for (const inside of new Set(ofDirector.map((item) => item.inside))) {
        if (effectiveSetting(director.state, 'send_redirects', inside) === 0) continue
        const pins = confPins(director, 'send_redirects', inside).filter(({ value }) => value !== 0)
        const [pin] = pins
        const services = ofDirector
          .filter((item) => item.inside === inside)
          .map(({ service }) => service.name)
        report(
          pin === undefined ? keyAt(pathOf('hosts', director.name)) : valueAt(pin.path),
          say`${director.name} sends ICMP redirects on ${inside}, where clients and real servers of ${quoted(services)} both are; real servers that follow them answer clients directly`,
          liftPins(pins),
        )
      }
    }
  },
}
