import type { HandStep } from '../work.js'
import { masqueradeElement, masqueradeRules } from '../../hosts/masquerade.js'
import { markRule, metricOption } from '../command.js'
import { shellWord } from '../shell.js'

/** A setting of a host as the role of Ansible brings it about: how it is looked at, and what is run where it is not so. */
export interface AnsibleSetting {
  readonly title: string
  /** For a shell: changes nothing, and succeeds where it is so. */
  readonly look: string
  readonly put: readonly string[]
}

/** By functions of the role (vars/main.yml): a command that says anything at all, or says this line. */
export const speaks = (...command: readonly string[]): string => called('speaks', ...command)
const says = (line: string, ...command: readonly string[]): string => called('says', line, ...command)

function called(...command: readonly string[]): string {
  return command.map(shellWord).join(' ')
}

/** As `upCommand` of the scripts; undefined for what the role has tasks of its own for. */
export function ansibleSetting(step: HandStep, title: string, table: string): AnsibleSetting | undefined {
  const { kind, key, after, part } = step
  const words = after.split(' ')
  switch (kind) {
    case 'module':
      return { title, look: called('test', '-d', `/sys/module/${key}`), put: ['modprobe', key] }
    case 'sysctl':
      return {
        title,
        look: says(after, 'sysctl', '-n', key),
        put: ['sysctl', '-q', '-w', `${key}=${after}`],
      }
    case 'fou': {
      const [family = '', port = ''] = key.split(' ')
      return {
        title,
        look: says(`port ${port} ${after}${family === '6' ? ' -6' : ''}`, 'ip', 'fou', 'show'),
        put: ['ip', `-${family}`, 'fou', 'add', 'port', port, ...words],
      }
    }
    case 'tunnel-device':
      return {
        title,
        look: called('test', '-e', `/sys/class/net/${key}`),
        put: ['ip', 'link', 'add', 'name', key, 'type', ...words],
      }
    case 'link':
      return {
        title,
        look: speaks('ip', '-o', 'link', 'show', 'dev', key, 'up'),
        put: ['ip', 'link', 'set', 'dev', key, after],
      }
    case 'address': {
      const [device = '', cidr = ''] = key.split(' ')
      return {
        title,
        look: speaks('ip', '-o', 'address', 'show', 'dev', device, 'to', cidr),
        put: [
          ...['ip', 'address', 'replace', cidr, 'dev', device],
          ...(cidr.includes(':') ? ['nodad', 'preferred_lft', '0'] : []),
        ],
      }
    }
    case 'route':
      return {
        title,
        look: speaks('ip', `-${key}`, 'route', 'show', ...words),
        put: ['ip', `-${key}`, 'route', 'replace', ...words, ...metricOption(key).split(' ').filter(Boolean)],
      }
    case 'mark': {
      const chain = `mark-${key.replace(' ', '-')}`
      return {
        title,
        look: called('nft', 'list', 'chain', 'inet', table, chain),
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
    case 'masquerade': {
      const { set, element } = masqueradeElement(key)
      return {
        title,
        look: called('in_set', table, set, element),
        put: ['nft', masqueradeRules(table, key).join('\n')],
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
    look: called('in_table', line.endsWith(' ') ? line : `${line} `),
    put: ['sh', '-c', `ipvsadm ${edit} "$@" 2>/dev/null || ipvsadm ${add} "$@"`, 'sh', ...words],
  }
}
