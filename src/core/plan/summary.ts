import { ABSENT } from './setting.js'
import type { DraftStep } from './step.js'

/** One step in words, without full stop. */
export function summaryOf({ kind, key, before, after }: DraftStep): string {
  if (before === after) return `note that ${kind} ${key} is back at ${after}`
  const gone = after === ABSENT
  switch (kind) {
    case 'module':
      if (!gone) return `load the kernel module ${key}`
      return key.startsWith('ip_vs')
        ? `unload the kernel module ${key} if nothing uses it`
        : `leave the kernel module ${key} loaded: unloading it would take all tunnels of its kind with it`
    case 'sysctl':
      return gone
        ? `leave ${key} as it is: the device it belonged to was not there before`
        : `set ${key} from ${before} to ${after}`
    case 'link':
      return gone ? `leave ${key} as it is: it goes with its module` : `set ${key} ${after}`
    case 'address': {
      const [interfaceName = '', address = ''] = key.split(' ')
      return gone ? `take ${address} off ${interfaceName}` : `add ${address} to ${interfaceName}`
    }
    case 'route':
      if (gone) return `take out the IPv${key} default route of ours`
      return `set the IPv${key} default route: ${after}${before === ABSENT ? '' : ` (was: ${before})`}`
    case 'virtual-service':
      if (gone) return `delete the virtual service ${serviceText(key)}`
      return `${before === ABSENT ? 'add' : 'change'} the virtual service ${serviceText(key)}: ${after}`
    case 'destination': {
      const [target = '', realServer = ''] = key.split(' -r ')
      const which = `${realServer} of ${serviceText(target)}`
      if (gone) return `delete real server ${which} once its connections have ended`
      const forwarding = `${METHOD[after.slice(0, 2)] ?? after}, weight ${/ -w (\d+)/.exec(after)?.[1] ?? '1'}`
      if (before === ABSENT) return `add real server ${which}: ${forwarding}`
      const onlyWeight = before.replace(/ -w \d+/, '') === after.replace(/ -w \d+/, '')
      return onlyWeight
        ? `weight of real server ${which} from ${/ -w (\d+)/.exec(before)?.[1] ?? '1'} to ${/ -w (\d+)/.exec(after)?.[1] ?? '1'}`
        : `change real server ${which} from ${before} to ${after}`
    }
  }
}

const METHOD: Readonly<Record<string, string>> = { '-m': 'NAT', '-i': 'tunnel', '-g': 'direct routing' }

/** `-t 192.0.2.100:80` → `tcp 192.0.2.100:80`. */
function serviceText(options: string): string {
  return options
    .replace(/^-t /, 'tcp ')
    .replace(/^-u /, 'udp ')
    .replace(/^--sctp-service /, 'sctp ')
    .replace(/^-f /, 'mark ')
}
