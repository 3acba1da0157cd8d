import type { HandStep } from '../work.js'
import { markRule, metricOption } from '../command.js'

/** A setting of a host as the role of Ansible brings it about: how it is looked at, and what is run where it is not so. */
export interface AnsibleSetting {
  readonly title: string
  /** A program with its arguments that changes nothing. */
  readonly look: readonly string[]
  /** It is so if that succeeds, says anything at all, or says a line. */
  readonly want: 'success' | 'output' | { readonly line: string }
  readonly put: readonly string[]
}

/** As `upCommand` of the scripts; undefined for what the role has tasks of its own for. */
export function ansibleSetting(step: HandStep, title: string, table: string): AnsibleSetting | undefined {
  const { kind, key, after, part } = step
  const words = after.split(' ')
  switch (kind) {
    case 'module':
      return { title, look: ['test', '-d', `/sys/module/${key}`], want: 'success', put: ['modprobe', key] }
    case 'sysctl':
      return {
        title,
        look: ['sysctl', '-n', key],
        want: { line: after },
        put: ['sysctl', '-q', '-w', `${key}=${after}`],
      }
    case 'fou': {
      const [family = '', port = ''] = key.split(' ')
      return {
        title,
        look: ['ip', 'fou', 'show'],
        want: { line: `port ${port} ${after}${family === '6' ? ' -6' : ''}` },
        put: ['ip', `-${family}`, 'fou', 'add', 'port', port, ...words],
      }
    }
    case 'tunnel-device':
      return {
        title,
        look: ['test', '-e', `/sys/class/net/${key}`],
        want: 'success',
        put: ['ip', 'link', 'add', 'name', key, 'type', ...words],
      }
    case 'link':
      return {
        title,
        look: ['ip', '-o', 'link', 'show', 'dev', key, 'up'],
        want: 'output',
        put: ['ip', 'link', 'set', 'dev', key, after],
      }
    case 'address': {
      const [device = '', cidr = ''] = key.split(' ')
      return {
        title,
        look: ['ip', '-o', 'address', 'show', 'dev', device, 'to', cidr],
        want: 'output',
        put: [
          ...['ip', 'address', 'replace', cidr, 'dev', device],
          ...(cidr.includes(':') ? ['nodad', 'preferred_lft', '0'] : []),
        ],
      }
    }
    case 'route':
      return {
        title,
        look: ['ip', `-${key}`, 'route', 'show', ...words],
        want: 'output',
        put: ['ip', `-${key}`, 'route', 'replace', ...words, ...metricOption(key).split(' ').filter(Boolean)],
      }
    case 'mark': {
      const chain = `mark-${key.replace(' ', '-')}`
      return {
        title,
        look: ['nft', 'list', 'chain', 'inet', table, chain],
        want: 'success',
        put: [
          'nft',
          [
            `add table inet ${table}`,
            `add chain inet ${table} ${chain} { type filter hook prerouting priority mangle; policy accept; }`,
            `flush chain inet ${table} ${chain}`,
            `add rule inet ${table} ${chain} ${markRule(key, after)}`,
          ].join('\n'),
        ],
      }
    }
    case 'virtual-service':
      return inTable(title, `-A ${key} ${after}`, ['-E', '-A'], [...key.split(' '), ...words])
    case 'destination':
      // Thresholds are not in what `ipvsadm -S` says. One that serves already must not be set to 0.
      return inTable(
        title,
        part === 'held' ? `-a ${key} ` : `-a ${key} ${after.replace(/ -x \d+ -y \d+/, '')}`,
        ['-e', '-a'],
        [...key.split(' '), ...words],
      )
    case 'file':
    case 'daemon':
      return undefined
  }
}

/** Whether a line of the table begins like this; and what edits an entry, or makes it. */
function inTable(
  title: string,
  line: string,
  [edit, add]: readonly [string, string],
  words: readonly string[],
): AnsibleSetting {
  return {
    title,
    // ipvsadm itself would load ip_vs just to look.
    look: [
      'sh',
      '-c',
      'test -e /proc/net/ip_vs && ipvsadm -S -n | sed "s/ *$/ /" | grep -F -e "$1"',
      'sh',
      line.endsWith(' ') ? line : `${line} `,
    ],
    want: 'success',
    put: ['sh', '-c', `ipvsadm ${edit} "$@" 2>/dev/null || ipvsadm ${add} "$@"`, 'sh', ...words],
  }
}
