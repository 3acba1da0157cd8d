import { say } from '../../speech/say.js'
import { parseAddress } from '../../topology/address.js'
import { below, pathOf } from '../../topology/path.js'
import type { Service } from '../../topology/types.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

const SSH = 22

export const capturesManagement: Rule = {
  code: 'PERSIST0-CAPTURE',
  severity: 'warning',
  title: 'A service takes the connections by which its director is managed',
  why: 'Whoever logs in to the director lands on a real server, and so does the next deployment: the director can no longer be reached at that address.',
  kernel:
    'IPVS takes what is for the VIP and the service’s port in the LOCAL_IN hook, before any socket of the director; port ' +
    '0 is every port (ip_vs_in_hook and ip_vs_service_find, ip_vs_core.c, ip_vs_ctl.c).',
  mend: 'Manage the director at an address of its own, or name the ports of the service.',
  source: 'net/netfilter/ipvs/ip_vs_core.c, ip_vs_ctl.c (Linux 6.1)',
  explains: [],
  check: ({ services, hosts }, report) => {
    for (const { name, path, drawn } of services) {
      if (drawn.vip === undefined || drawn.protocol !== 'tcp') continue
      for (const director of drawn.directors) {
        const ssh = hosts.get(director)?.drawn.ssh
        const at = ssh?.address === undefined ? undefined : parseAddress(ssh.address)
        const port = ssh?.port ?? SSH
        if (at !== drawn.vip || !takes(drawn, port)) continue
        // Without an address of its own here, the host's name or ~/.ssh/config says where to connect.
        const address = pathOf('hosts', director, 'ssh', 'address')
        report(
          valueAt(below(path, drawn.mark === undefined ? 'port' : 'mark')),
          say`"${name}" takes ${drawn.vip} port ${port}, and that is where ${director} is reached over SSH`,
          [
            {
              title: say`Reach ${director} by its name instead of ${drawn.vip}`,
              edits: [{ kind: 'unset', path: address }],
            },
          ],
        )
      }
    }
  },
}

function takes({ mark, port, ports }: Service, wanted: number): boolean {
  return mark === undefined ? port === 0 || port === wanted : ports.length === 0 || ports.includes(wanted)
}
