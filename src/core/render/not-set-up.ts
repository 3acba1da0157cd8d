import { listed } from '../checks/wording.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { SECRETS_FOLDER } from '../hosts/keepalived/vrrp.js'
import { oneLine, wrapped } from './text.js'

/** What is drawn, or will be missed, and is left to the operator. */
export function notSetUp(cluster: Cluster, untouched: readonly HostModel[]): string[] {
  const { services, hosts } = cluster
  const notes: string[] = []
  const others = [...hosts.values()].filter(({ role }) => role === 'client' || role === 'router')
  if (others.length > 0) notes.push(`Clients and routers (${names(others)}): they must be as drawn.`)
  if (untouched.length > 0) notes.push(`${names(untouched)}: nothing is needed there beyond what is drawn.`)
  notes.push('Packet filters, and the programs that answer the requests.')

  const routed = services.filter(({ vipInterface }) => vipInterface === 'lo')
  if (routed.length > 0) {
    const vips = listed(routed.flatMap(({ drawn, director }) => `${drawn.vip ?? ''} to ${director ?? ''}`))
    notes.push(`A route: ${vips}. The VIP is on no network of the director, so routers must send it there.`)
  }
  for (const { name, drawn } of services) {
    if (drawn.mark !== undefined && drawn.vip === undefined) {
      notes.push(
        `The firewall mark ${drawn.mark} of ${name}: a rule of nftables or iptables on the director must set it, and the addresses must be local there.`,
      )
    }
    // A file with these is deployed only where somebody has answered for PAIR-MANAGER.
    const [active, ...backups] = drawn.directors
    const byKeepalived = cluster.topology.manage.director === 'keepalived'
    if (active !== undefined && backups.length > 0 && !byKeepalived) {
      notes.push(
        `Who takes ${name} over: ${listed(backups)} is set up like ${active}, but for the VIP, which must be on one of them at a time. To move it when ${active} fails is keepalived's work.`,
      )
    }
    if (drawn.sorryServer !== undefined && !byKeepalived) {
      notes.push(`The sorry server of ${name}: it is keepalived's work to bring it in when no other is left.`)
    }
  }
  const { manage, vrrp } = cluster.topology
  if (manage.director === 'keepalived') {
    if (vrrp?.auth?.secret !== undefined) {
      notes.push(
        `The secret of VRRP: a file ${SECRETS_FOLDER}/${vrrp.auth.secret}.conf on both directors, for root alone, with the line "auth_pass" and up to eight characters. keepalived.conf includes it.`,
      )
    }
    if (services.some(({ drawn }) => drawn.health?.type === 'script')) {
      notes.push(`The user ${manage.scriptUser}, as whom scripts of health checks run, and those scripts.`)
    }
    const unchecked = services.filter(({ drawn }) => drawn.health === undefined).map(({ name }) => name)
    if (unchecked.length > 0) {
      notes.push(
        `Health checks of ${listed(unchecked)}: none are drawn, so a real server that has died goes on getting requests.`,
      )
    }
  } else
    notes.push(
      'Health checks: IPVS goes on sending requests to a real server that has died, until it gets weight 0 (ipvsadm -e ... -w 0) or is deleted.',
    )
  return notes.flatMap((note) => wrapped(oneLine(note), '    ', '  - '))
}

function names(models: readonly HostModel[]): string {
  return listed(models.map(({ name }) => name))
}
