import { say } from '../../speech/say.js'
import { below } from '../../topology/path.js'
import { managedByKeepalived } from '../manager.js'
import { keyAt, takingOut } from '../places.js'
import type { Rule } from '../rule.js'

export const healthManager: Rule = {
  code: 'HEALTH-MANAGER',
  severity: 'warning',
  title: 'Health checks without keepalived',
  why: 'Nothing checks the real servers: one that fails goes on getting its share of the requests.',
  kernel:
    'IPVS itself knows nothing of the health of real servers; keepalived or ldirectord changes its table.',
  mend: 'Let keepalived manage the director, or take the health checks out and see to failures otherwise.',
  source: 'keepalived.conf(5)',
  explains: [],
  check: ({ services, topology }, report) => {
    if (topology.manage.director === 'keepalived') return
    for (const { name, path, drawn } of services) {
      if (drawn.health === undefined) continue
      const at = below(path, 'health')
      report(
        keyAt(at),
        say`"${name}" asks for health checks, but its director is managed with ${topology.manage.director}, which does none`,
        [managedByKeepalived(), takingOut(at, say`Take the health checks of "${name}" out`)],
      )
    }
  },
}
