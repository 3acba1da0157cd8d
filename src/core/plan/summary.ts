import { said, say, toSay } from '../speech/say.js'
import { isOwnDevice } from '../hosts/tunnels.js'
import { shownFile } from '../hosts/file-state.js'
import { ABSENT } from './setting.js'
import type { DraftStep } from './step.js'

/** One step in words, without full stop. */
export function summaryOf({ kind, key, before, after }: DraftStep): string {
  if (before === after) return say`note that ${kind} ${key} is back at ${after}`
  const gone = after === ABSENT
  switch (kind) {
    case 'module':
      if (!gone) return say`load the kernel module ${key}`
      return key.startsWith('ip_vs')
        ? say`unload the kernel module ${key} if nothing uses it`
        : say`leave the kernel module ${key} loaded: unloading it would take all tunnels of its kind with it`
    case 'sysctl':
      return gone
        ? say`leave ${key} as it is: the device it belonged to was not there before`
        : say`set ${key} from ${before} to ${after}`
    case 'fou': {
      const [family = '', port = ''] = key.split(' ')
      return gone
        ? say`stop unpacking GUE at UDP port ${port} (IPv${family})`
        : say`unpack GUE at UDP port ${port} (IPv${family})`
    }
    case 'tunnel-device':
      return gone ? say`delete the tunnel device ${key}` : say`make the tunnel device ${key}: ${after}`
    case 'link':
      if (!gone) return say`set ${key} ${after}`
      return isOwnDevice(key)
        ? say`set ${key} down: it is deleted afterwards`
        : say`set ${key} down: it was not there before, and goes with its module`
    case 'address': {
      const [interfaceName = '', address = ''] = key.split(' ')
      return gone ? say`take ${address} off ${interfaceName}` : say`add ${address} to ${interfaceName}`
    }
    case 'route':
      if (gone) return say`take out the IPv${key} default route of ours`
      return before === ABSENT
        ? say`set the IPv${key} default route: ${after}`
        : say`set the IPv${key} default route: ${after} (was: ${before})`
    case 'mark': {
      const [mark = '', family = ''] = key.split(' ')
      const which = say`firewall mark ${mark} (${family === 'ipv6' ? 'IPv6' : 'IPv4'})`
      if (gone) return say`take out the rule that gives packets the ${which}`
      return before === ABSENT
        ? say`give the ${which} to packets: ${askedText(after)}`
        : say`change which packets get the ${which}: ${askedText(after)}`
    }
    case 'masquerade': {
      const which = askedText(key)
      return gone
        ? say`leave the client’s address in requests: ${which}`
        : say`put the director’s address in the place of the client’s in requests: ${which}`
    }
    case 'file': {
      if (gone) return say`take ${key} away`
      const lines = shownFile(after).split('\n').length - 1
      return before === ABSENT
        ? say`write ${key} (${lines} lines)`
        : say`change ${key} (${lines} lines), and let its daemon read it`
    }
    case 'daemon':
      return gone ? say`stop ${key}` : say`start ${key}`
    case 'virtual-service':
      if (gone) return say`delete the virtual service ${serviceText(key)}`
      return before === ABSENT
        ? say`add the virtual service ${serviceText(key)}: ${after}`
        : say`change the virtual service ${serviceText(key)}: ${after}`
    case 'destination': {
      const which = destinationText(key)
      if (gone) return say`delete real server ${which} once its connections have ended`
      const forwarding = say`${said(METHOD[after.slice(0, 2)] ?? after)}, weight ${/ -w (\d+)/.exec(after)?.[1] ?? '1'}`
      if (before === ABSENT) return say`add real server ${which}: ${forwarding}`
      const onlyWeight = before.replace(/ -w \d+/, '') === after.replace(/ -w \d+/, '')
      return onlyWeight
        ? say`weight of real server ${which} from ${/ -w (\d+)/.exec(before)?.[1] ?? '1'} to ${/ -w (\d+)/.exec(after)?.[1] ?? '1'}`
        : say`change real server ${which} from ${before} to ${after}`
    }
  }
}

/** `-t 192.0.2.100:80 -r 10.0.0.11:80` → `10.0.0.11:80 of tcp 192.0.2.100:80`. */
export function destinationText(key: string): string {
  const [target = '', realServer = ''] = key.split(' -r ')
  return say`${realServer} of ${serviceText(target)}`
}

/** `tcp 192.0.2.100 80,443` → `tcp to 192.0.2.100, ports 80 and 443`. */
function askedText(state: string): string {
  const [protocol = '', vip = '', ports] = state.split(' ')
  if (ports === undefined) return say`${protocol} to ${vip}, every port`
  const list = ports.split(',')
  return say`${protocol} to ${vip}, port${list.length === 1 ? '' : 's'} ${list.join(', ')}`
}

const METHOD: Readonly<Record<string, string>> = {
  '-m': 'NAT',
  '-i': toSay`tunnel`,
  '-g': toSay`direct routing`,
}

/** `-t 192.0.2.100:80` → `tcp 192.0.2.100:80`. */
export function serviceText(options: string): string {
  return options
    .replace(/^-t /, 'tcp ')
    .replace(/^-u /, 'udp ')
    .replace(/^--sctp-service /, 'sctp ')
    .replace(
      /^-f (\d+)( -6)?/,
      (_, mark: string, six?: string) => say`mark ${mark}${six === undefined ? '' : ' (IPv6)'}`,
    )
}
