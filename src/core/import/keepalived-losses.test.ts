import { describe, expect, it } from 'vitest'
import { parseTopology } from '../topology/parse.js'
import { deriveCluster } from '../hosts/cluster.js'
import { renderCluster } from '../render/cluster.js'
import { ALL_WORDS } from '../formats/keepalived/all-words.js'
import { NO_FILES } from '../formats/source-text.js'
import type { Keyword, Vocabulary } from '../formats/keepalived/vocabulary.js'
import { imported } from './import.test-kit.js'
import { readSource } from './read-source.js'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' ').filter((word) => word !== ''))
/** What changes nothing in these files: it is so without being said, stands there already, or needs what is not there. */
const SAID_ANYWAY = {
  globals: words('script_user enable_script_security reload_check_config'),
  group: words('group'),
  // Of one director alone its priority says nothing.
  instance: words('native_ipv6 state mcast_src_ip priority accept preempt'),
  service: words(
    'ip_family connect_timeout hashed ops persistence_engine virtualhost sorry_server_lvs_method',
  ),
  real: words('connect_timeout virtualhost'),
  check: words('enable_sni misc_path'),
  url: words(''),
  top: words('global_defs virtual_server_group vrrp_sync_group'),
} as const

/** A file of nothing but what a drawing has, with more in it. */
function file(
  more: Partial<
    Record<'globals' | 'top' | 'group' | 'vip' | 'instance' | 'service' | 'real' | 'check', string>
  >,
): string {
  const { globals = '', top = '', group = '', vip = '', instance = '', service = '', real = '' } = more
  const check = more.check ?? 'TCP_CHECK {\n connect_timeout 3\n }'
  return `global_defs {
  router_id lb1
  ${globals}
}
${top}
vrrp_sync_group G {
  group {
    VI_1
  }
  ${group}
}
vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority 150
  unicast_src_ip 192.0.2.2
  unicast_peer {
    192.0.2.3
  }
  virtual_ipaddress {
    192.0.2.100/24 dev eth0 ${vip}
  }
  ${instance}
}
virtual_server 192.0.2.100 80 {
  delay_loop 6
  lb_algo wlc
  lb_kind DR
  protocol TCP
  ${service}
  real_server 192.0.2.12 80 {
    ${real}
    ${check}
  }
  real_server 192.0.2.13 80 {
    TCP_CHECK {
      connect_timeout 3
    }
  }
}
`
}

function notesOf(text: string): string[] {
  return imported('keepalived', [text]).notes.map(({ message }) => message)
}

/** What the drawing makes of it for the first director. */
function again(text: string): string {
  const cluster = deriveCluster(parseTopology(imported('keepalived', [text]).text).topology)
  return (
    renderCluster(cluster).find(({ path }) => path.startsWith('lb1/') && path.endsWith('keepalived.conf'))
      ?.content ?? ''
  )
}

describe('what a drawing does not say of a keepalived.conf', () => {
  it('is nothing in a file of what it says', () => {
    expect(notesOf(file({}))).toEqual([])
  })

  it('is told of hundreds of thousands of addresses as of one', () => {
    const many = '10.0.0.1 dev eth0 label eth0:1\n'.repeat(150_000)
    const text = `vrrp_instance V {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n${many}}\n}\n`
    const { notes } = readSource('keepalived', { name: 'k.conf', text }, NO_FILES)
    expect(notes.filter(({ message }) => message.includes('label'))).toHaveLength(1)
  })

  it.each([
    ['lvs_timeouts', { globals: 'lvs_timeouts tcp 7200 tcpfin 30 udp 60' }],
    ['lvs_flush', { globals: 'lvs_flush' }],
    ['vrrp_garp_master_refresh', { globals: 'vrrp_garp_master_refresh 60' }],
    [
      'notification_email, smtp_server',
      { globals: 'notification_email {\n a@example.net\n }\n smtp_server 192.0.2.9' },
    ],
    ['lvs_sync_daemon', { globals: 'lvs_sync_daemon eth0 VI_1 id 7' }],
    ['lvs_sync_daemon', { globals: 'lvs_sync_daemon eth1 VI_1' }],
    ['10.9.0.0/16 via 192.0.2.1', { top: 'static_routes {\n 10.9.0.0/16 via 192.0.2.1 dev eth0\n }' }],
    ['the default route of static_routes', { top: 'static_routes {\n default via 192.0.2.1\n }' }],
    ['192.0.2.2/24', { top: 'static_ipaddress {\n 192.0.2.2/24 dev eth0\n }' }],
    ['static_rules', { top: 'static_rules {\n from 192.0.2.0/24 table 1\n }' }],
    ['vrrp_script chk', { top: 'vrrp_script chk {\n script /bin/true\n }' }],
    ['notify_master of vrrp_sync_group G', { group: 'notify_master /bin/true' }],
    ['track_script of vrrp_sync_group G', { group: 'track_script {\n chk\n }' }],
    ['label eth0:1 at 192.0.2.100/24', { vip: 'label eth0:1' }],
    ['garp_master_delay of vrrp_instance VI_1', { instance: 'garp_master_delay 10' }],
    ['10.8.0.0/16', { instance: 'virtual_routes {\n 10.8.0.0/16 via 192.0.2.1\n }' }],
    ['the default route of virtual_routes', { instance: 'virtual_routes {\n default via 192.0.2.1\n }' }],
    ['version 3', { instance: 'version 3' }],
    ['auth_type AH', { instance: 'authentication {\n auth_type AH\n auth_pass x\n }' }],
    ['mcast_dst_ip', { instance: 'mcast_dst_ip 224.0.0.19' }],
    ['track_interface', { instance: 'track_interface {\n eth2\n }' }],
    ['snmp_name', { service: 'snmp_name web' }],
    ['ha_suspend', { service: 'ha_suspend' }],
    ['sorry_server_lvs_method', { service: 'sorry_server 192.0.2.99 80\n sorry_server_lvs_method NAT' }],
    ['inhibit_on_failure', { real: 'inhibit_on_failure' }],
    ['notify_up', { real: 'notify_up /bin/true' }],
    ['delay_loop 0.5', { service: 'delay_loop 0.5' }],
    ['connect_timeout 0.5', { check: 'TCP_CHECK {\n connect_timeout 0.5\n }' }],
    ['bindto', { check: 'TCP_CHECK {\n bindto 192.0.2.2\n connect_timeout 3\n }' }],
    ['digest', { check: 'HTTP_GET {\n url {\n path /\n digest 640205b7b0fc66c1ea91c463fac6334d\n }\n }' }],
    ['without enable_sni', { check: 'SSL_GET {\n virtualhost a.example\n url {\n path /\n }\n }' }],
    [
      'user',
      {
        top: '',
        globals: 'script_user nobody',
        check: 'MISC_CHECK {\n misc_path /bin/true\n user daemon\n }',
      },
    ],
  ])('is told: %s', (name, more) => {
    const told = notesOf(file(more))
    expect(told).toContainEqual(expect.stringContaining(name))
  })

  it.each([
    { real: 'inhibit_on_failure no' },
    { instance: 'smtp_alert off' },
    { instance: 'strict_mode off' },
    { globals: 'lvs_sync_daemon eth0 VI_1 id 51' },
    { globals: 'lvs_sync_daemon eth0 inst VI_1' },
    { globals: 'script_user root' },
    { instance: 'preempt' },
  ])('is not what says what is so anyway: %j', (more) => {
    expect(notesOf(file(more))).toEqual([])
  })
})

describe('checks of real servers', () => {
  const HTTP = 'HTTP_GET {\n connect_timeout 3\n url {\n path /\n status_code 200\n }\n }'
  const both = (text: string, check: string) => text.replace(/TCP_CHECK \{\s+connect_timeout 3\s+\}/, check)

  it.each([
    ['the virtual server', { service: 'virtualhost www.example.org' }, 'www.example.org'],
    [
      'a real server',
      { real: 'virtualhost rs.example.org', service: 'virtualhost www.example.org' },
      'rs.example.org',
    ],
  ])('take the name they ask for from %s', (_, more, host) => {
    const text = file({ ...more, check: HTTP })
    const { services } = parseTopology(imported('keepalived', [text]).text).topology
    expect(services.get('http')?.health).toMatchObject({ type: 'http', host })
    expect(again(text)).toContain(`virtualhost ${host}`)
  })

  it('are told where one has another', () => {
    const told = notesOf(file({ service: 'virtualhost www.example.org', check: HTTP }))
    expect(told).toEqual([
      'real server 192.0.2.13 80: checked by TCP_CHECK in a way of its own; a topology has one check for a service, here HTTP_GET, and takes out whoever fails it',
    ])
  })

  it('are told where one has none, several, or one that a topology has not', () => {
    expect(notesOf(both(file({}), ''))).toEqual([
      'real server 192.0.2.12 80: not checked; a topology has one check for a service, here TCP_CHECK, and takes out whoever fails it',
    ])
    expect(notesOf(file({ check: `${HTTP}\nTCP_CHECK {\n connect_timeout 3\n }` }))).toContainEqual(
      expect.stringContaining('must pass HTTP_GET and TCP_CHECK, each of them'),
    )
    expect(notesOf(file({ check: 'FILE_CHECK {\n track_file f\n }' }))).toContainEqual(
      expect.stringContaining('checked by FILE_CHECK, which a topology has not'),
    )
  })

  it('are told one by one where they are not the same', () => {
    const bfd = '  real_server 192.0.2.14 80 {\n BFD_CHECK {\n name b\n }\n }\n}\n'
    const told = notesOf(file({ check: 'FILE_CHECK {\n track_file f\n }' }).replace(/\}\n$/, bfd))
    expect(told).toContainEqual(expect.stringContaining('192.0.2.12 80: checked by FILE_CHECK'))
    expect(told).toContainEqual(expect.stringContaining('192.0.2.14 80: checked by BFD_CHECK'))
  })

  it('are drawn as most real servers have them', () => {
    const more = '  real_server 192.0.2.14 80 {\n TCP_CHECK {\n connect_timeout 3\n }\n }\n}\n'
    const text = file({ check: HTTP }).replace(/\}\n$/, more)
    const { services } = parseTopology(imported('keepalived', [text]).text).topology
    expect(services.get('http')?.health?.type).toBe('tcp')
    expect(notesOf(text)).toContainEqual(
      expect.stringContaining('real server 192.0.2.12 80: checked by HTTP_GET'),
    )
  })

  it('are made every minute where the file does not say, as keepalived does', () => {
    const text = file({}).replace('delay_loop 6\n', '')
    expect(again(text)).toContain('delay_loop 60')
  })

  it('are one for both directors, or it is told', () => {
    const text = file({})
    const other = text
      .replace('router_id lb1', 'router_id lb2')
      .replaceAll('connect_timeout 3', 'connect_timeout 9')
    const { notes } = imported('keepalived', [text, other])
    expect(notes.map(({ message }) => message)).toEqual([
      'tcp 192.0.2.100:80 is not as in file1, which is drawn: how its real servers are checked',
    ])
  })
})

describe('a pair', () => {
  it('has VRRP on another interface than its VIPs, or it is told', () => {
    const text = file({}).replace('interface eth0', 'interface eth7')
    expect(notesOf(text)).toEqual([
      'VRRP is spoken on eth7 here, of which no address is known; the drawing has it on the network front: add the network of eth7, and name it in vrrp',
    ])
  })

  it('is kept from taking over where the preferred director is, whichever file stands first', () => {
    const preferred = file({ instance: 'nopreempt' })
    const other = file({}).replace('router_id lb1', 'router_id lb2').replace('priority 150', 'priority 100')
    const { text } = imported('keepalived', [other, preferred])
    expect(parseTopology(text).topology.vrrp?.preempt).toBe(false)
  })
})

/** What each check cannot be without. */
const CHECKS = {
  TCP_CHECK: '',
  PING_CHECK: '',
  SSL_GET: 'url {\n path /\n }',
  SMTP_CHECK: '',
  DNS_CHECK: '',
  UDP_CHECK: '',
  MISC_CHECK: 'misc_path /bin/true',
} as const

/** A line with a keyword, with values that it takes. */
function lineWith({ name, takes, block }: Keyword): string {
  const values = takes
    .filter(({ optional, ...value }) => !optional || value.kind === 'bool')
    .map((value) => {
      switch (value.kind) {
        case 'whole':
          return String(Math.min(Math.max(value.least, 3), value.most))
        case 'seconds':
          return '7'
        case 'bool':
          return 'on'
        case 'choice':
          return value.choices[value.choices.length - 1] ?? ''
        case 'address':
          return '192.0.2.50'
        case 'port':
          return '81'
        case 'interface':
          return 'eth7'
        case 'script':
          return '"/bin/true"'
        case 'word':
          return 'x'
      }
    })
  const line = [name, ...values].join(' ')
  return block === undefined ? line : `${line} {\n ${block.kind === 'lines' ? '192.0.2.0/24 x' : ''}\n }`
}

describe('every keyword of keepalived.conf', () => {
  const blockOf = (words: Vocabulary, name: string): Vocabulary => {
    const block = words.get(name)?.block
    return block?.kind === 'keywords' ? block.words : new Map()
  }
  const SERVER = blockOf(ALL_WORDS, 'virtual_server')
  const REAL = blockOf(SERVER, 'real_server')
  const HTTP = blockOf(REAL, 'HTTP_GET')
  const places: readonly [string, Vocabulary, (line: string) => string, ReadonlySet<string>][] = [
    ['global_defs', blockOf(ALL_WORDS, 'global_defs'), (globals) => file({ globals }), SAID_ANYWAY.globals],
    ['vrrp_sync_group', blockOf(ALL_WORDS, 'vrrp_sync_group'), (group) => file({ group }), SAID_ANYWAY.group],
    [
      'vrrp_instance',
      blockOf(ALL_WORDS, 'vrrp_instance'),
      (instance) => file({ instance }),
      SAID_ANYWAY.instance,
    ],
    ['virtual_server', SERVER, (service) => file({ service }), SAID_ANYWAY.service],
    ['real_server', REAL, (real) => file({ real }), SAID_ANYWAY.real],
    [
      'HTTP_GET',
      HTTP,
      (line) => file({ check: `HTTP_GET {\n url {\n path /\n }\n ${line}\n }` }),
      SAID_ANYWAY.check,
    ],
    [
      'url',
      blockOf(HTTP, 'url'),
      (line) => file({ check: `HTTP_GET {\n url {\n path /\n ${line}\n }\n }` }),
      SAID_ANYWAY.url,
    ],
    ...Object.entries(CHECKS).map(([name, own]): (typeof places)[number] => [
      name,
      blockOf(REAL, name),
      (line) => file({ check: `${name} {\n ${own}\n ${line}\n }` }),
      SAID_ANYWAY.check,
    ]),
    ['any place', ALL_WORDS, (top) => file({ top }), SAID_ANYWAY.top],
  ]

  it.each(places)('in %s comes back or is told', (_, words, within, saidAnyway) => {
    const without = { notes: notesOf(within('')), text: again(within('')) }
    expect(words.size).toBeGreaterThan(3)
    const lost = [...words.values()].filter((keyword) => {
      if (saidAnyway.has(keyword.name)) return false
      const text = within(lineWith(keyword))
      return notesOf(text).length === without.notes.length && again(text) === without.text
    })
    expect(lost.map(({ name }) => name)).toEqual([])
  })
})
