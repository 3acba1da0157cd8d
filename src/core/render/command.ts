import type { DraftStep } from '../plan/step.js'
import { ownMetric } from '../plan/setting.js'
import { shellWord, shellWords } from './shell.js'
import type { HandStep } from './work.js'

/**
 * Steps as the commands an operator would type. They mean what `put` in remote/host/settings.sh does, and may be run
 * where the setting is in place already. Functions they call (`in_table`, `put_back_…`) are in script-parts.ts.
 */

/** The command that brings a setting about. */
export function upCommand({ kind, key, after, part }: HandStep): string {
  switch (kind) {
    case 'module':
      return `modprobe ${shellWord(key)}`
    case 'fou': {
      const { family, port } = fouOf(key)
      return orElse(`has_fou ${family} ${port}`, `ip -${family} fou add port ${port} ${shellWords(after)}`)
    }
    case 'tunnel-device':
      return orElse(
        `[ -e /sys/class/net/${shellWord(key)} ]`,
        `ip link add name ${shellWord(key)} type ${shellWords(after)}`,
      )
    case 'sysctl':
      return `sysctl -q -w ${shellWord(key)}=${shellWord(after)}`
    case 'link':
      return `ip link set dev ${shellWord(key)} ${shellWord(after)}`
    case 'address': {
      const { device, cidr } = addressOf(key)
      // nodad: the director and other real servers have the same address; preferred_lft 0: never chosen as source.
      const ipv6Only = cidr.includes(':') ? ' nodad preferred_lft 0' : ''
      return `ip address replace ${cidr} dev ${device}${ipv6Only}`
    }
    case 'route':
      return `ip -${shellWord(key)} route replace ${shellWords(after)}${metricOption(key)}`
    case 'mark':
      return `mark_packets ${chainOf(key)} ${shellWord(markRule(key, after))}`
    case 'masquerade':
      return `masquerade ${shellWords(key)}`
    case 'file':
      return `install_config ${shellWord(key)}`
    case 'daemon':
      return `start_daemon ${shellWord(key)}`
    case 'virtual-service': {
      const words = `${shellWords(key)} ${shellWords(after)}`
      // Edit first: the refusal of -A is the one worth reading, that of -E only says that there is none yet.
      return orElse(`ipvsadm -E ${words} 2>/dev/null`, `ipvsadm -A ${words}`)
    }
    case 'destination': {
      const words = `${shellWords(key)} ${shellWords(after)}`
      if (part === 'raised') return `ipvsadm -e ${words}`
      // One that is serving already must not be set to 0, not even for a moment.
      if (part === 'held') return orElse(`in_table ${shellWord(`-a ${key}`)}`, `ipvsadm -a ${words}`)
      return orElse(`ipvsadm -e ${words} 2>/dev/null`, `ipvsadm -a ${words}`)
    }
  }
}

/** The command that takes a setting away again, or puts back what up.sh found; undefined where it is left. */
export function downCommand({ kind, key, before, after, record }: DraftStep): string | undefined {
  switch (kind) {
    case 'module':
      return isTunnelModule(key) ? undefined : `unload_if_ours ${shellWord(key)}`
    case 'fou': {
      const { family, port } = fouOf(key)
      return `put_back_fou ${family} ${port}`
    }
    case 'tunnel-device':
      return whereThere(`[ -e /sys/class/net/${shellWord(key)} ]`, `ip link del dev ${shellWord(key)}`)
    case 'sysctl':
      return `put_back_sysctl ${shellWord(key)}`
    case 'link':
      return `put_back_link ${shellWord(key)}`
    case 'address': {
      const { device, cidr } = addressOf(key)
      return whereThere(`has_address ${device} ${cidr}`, `ip address del ${cidr} dev ${device}`)
    }
    case 'route':
      return `put_back_route ${shellWord(key)} ${shellWords(before)}${metricOption(key)}`
    case 'mark':
      return `unmark_packets ${chainOf(key)}`
    case 'masquerade':
      return `stop_masquerading ${shellWords(key)}`
    case 'file':
      return `put_back_config ${shellWord(key)}`
    case 'daemon':
      return `put_back_daemon ${shellWord(key)}`
    case 'virtual-service':
      return whereThere(`in_table ${shellWord(`-A ${key}`)}`, `ipvsadm -D ${shellWords(key)}`)
    case 'destination': {
      const there = `in_table ${shellWord(`-a ${key}`)}`
      if (record !== 'release') return whereThere(there, `ipvsadm -e ${shellWords(key)} ${shellWords(after)}`)
      const [target = '', realServer = ''] = key.split(' -r ')
      return whereThere(
        there,
        `wait_for_drain ${shellWord(realServer)} ${shellWords(target)}`,
        `ipvsadm -d ${shellWords(key)}`,
      )
    }
  }
}

/**
 * Unloading a tunnel driver deletes every tunnel of its kind on the host, whoever made it (ipip.c, ip6_tunnel.c:
 * rtnl_link_unregister); those of IPVS refuse while they are in use.
 */
export function isTunnelModule(module: string): boolean {
  return !module.startsWith('ip_vs')
}

function addressOf(key: string): { readonly device: string; readonly cidr: string } {
  const [device = '', cidr = ''] = key.split(' ')
  return { device: shellWord(device), cidr: shellWord(cidr) }
}

function fouOf(key: string): { readonly family: string; readonly port: string } {
  const [family = '', port = ''] = key.split(' ')
  return { family: shellWord(family), port: shellWord(port) }
}

/** `17 ipv4` → `mark-17-ipv4`: one chain a mark, so that one goes without touching another. */
function chainOf(key: string): string {
  return shellWord(`mark-${key.replace(' ', '-')}`)
}

/** As nft(8) takes it. */
export function markRule(key: string, state: string): string {
  const [mark = '', family = ''] = key.split(' ')
  const [protocol = '', vip = '', ports] = state.split(' ')
  const packets =
    ports === undefined ? `meta l4proto ${protocol}` : `${protocol} dport { ${ports.replaceAll(',', ', ')} }`
  return `${family === 'ipv6' ? 'ip6' : 'ip'} daddr ${vip} ${packets} meta mark set ${mark}`
}

export function metricOption(key: string): string {
  const metric = ownMetric(key === '6' ? 6 : 4)
  return metric === 0 ? '' : ` metric ${metric}`
}

function orElse(command: string, otherwise: string): string {
  return `${command} ||\n  ${otherwise}`
}

function whereThere(condition: string, ...commands: readonly string[]): string {
  return [`if ${condition}; then`, ...commands.map((command) => `  ${command}`), 'fi'].join('\n')
}
