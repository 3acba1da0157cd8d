import { describe, expect, it } from 'vitest'
import { beside } from './beside.js'
import { INSTALLED, keepalivedSays } from './says.js'

/**
 * Lines at the edge of what keepalived takes, each in a file that is right without it: what it refuses is an error to us, and
 * what it takes is none.
 */

function instance(more: string, vip = '192.0.2.100/32'): string {
  return `vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority 150
  ${more}
  virtual_ipaddress {
    ${vip}
  }
}
`
}

interface Server {
  readonly target?: string
  readonly protocol?: string
  readonly real?: string
  readonly check?: string
  readonly below?: string
}

function server(
  more: string,
  { target, protocol = 'protocol TCP', real, check = '', below = '' }: Server = {},
) {
  return `virtual_server ${target ?? '10.0.0.1 80'} {
  lb_algo wlc
  lb_kind DR
  ${protocol}
  ${more}
  real_server ${real ?? '10.0.0.2 80'} {
    ${check}
  }
  ${below}
}
`
}

const GROUP = 'virtual_server_group G {\n 10.0.0.1 80\n}\n'
const MIXED = GROUP.replace('}', ' fwmark 3\n}')
const SIX: Server = { target: '2001:db8::1 80', real: '2001:db8::2 80' }
const udp = (lines: string): string => server('', { check: `UDP_CHECK {\n ${lines}\n }` })

const TRACKED = {
  track_script: 'vrrp_script n {\n script "/bin/true"\n}\n',
  track_file: 'track_file n {\n file /tmp/n\n}\n',
  track_process: 'vrrp_track_process n {\n process cat\n}\n',
  track_bfd: 'bfd_instance n {\n neighbor_ip 192.0.2.9\n}\n',
} as const

const TEXTS: readonly string[] = [
  instance('', '192.0.2.100/32 label eth0:1234567890'),
  instance('', '192.0.2.100/32 label eth0:12345678901'),
  instance('', '192.0.2.100/32 dev eth0 label bond0.100:webvip'),
  instance('', '2001:db8::1/64 label eth0:1'),
  instance('', '2001:db8::1/64 label eth0:12345678901'),
  instance('virtual_ipaddress_excluded {\n 192.0.2.101/32 label eth0:12345678901\n }'),
  'static_ipaddress {\n 192.0.2.101/32 dev eth0 label eth0:12345678901\n}\n',
  instance('use_vmac'),
  instance('use_vmac vrrp.1234567890'),
  instance('use_vmac vrrp.12345678901'),
  instance('use_vmac vrrp/51'),
  instance('use_vmac 00:11:22:33:44:55'),
  instance('use_vmac vrrp.51 00:11:22:33:44:55'),
  instance('use_vmac vrrp.51 01:11:22:33:44:55'),
  instance('use_ipvlan'),
  instance('use_ipvlan ipv1'),
  instance('use_ipvlan ipv1 192.0.2.7/24'),
  instance('use_ipvlan 192.0.2.7/24'),
  instance('use_ipvlan ipv1234567890123 192.0.2.7/24'),
  instance('use_ipvlan\n mcast_src_ip 192.0.2.2'),
  instance('use_ipvlan', 'fe80::100/64'),
  server('ip_family inet'),
  server('ip_family inet6'),
  server('ip_family inet', SIX),
  server('ip_family inet6', SIX),
  server('ip_family inet6', { target: 'fwmark 3', protocol: '', real: '2001:db8::2' }),
  server('', { target: 'fwmark 3', protocol: '', real: '10.0.0.2', below: 'ip_family inet6' }),
  server('', { target: 'fwmark 3', protocol: '', real: '10.0.0.2', below: 'ip_family inet' }),
  udp('require_reply 0a\n min_reply_length 5\n max_reply_length 3'),
  udp('require_reply 0a\n min_reply_length 5\n max_reply_length 5'),
  udp('min_reply_length 5\n max_reply_length 3'),
  udp('min_reply_length 255'),
  udp('min_reply_length 256'),
  GROUP + server('ha_suspend', { target: 'group G' }),
  MIXED + server('ha_suspend', { target: 'group G' }),
  server('ha_suspend', { target: 'fwmark 4', protocol: '', real: '10.0.0.2' }),
  `$N=100\n${instance('', '192.0.2.$N/32')}`,
  `$N=100\n${instance('', '192.0.2.${N}/32')}`,
  instance('', '~SEQ(i,100,1,101) 192.0.2.$i/32'),
  instance('', '~SEQ(i,100,1,101) 192.0.2.${i}/32'),
  instance('', '~SEQ(i,100,1,101) 192.0.2.$i dev eth0'),
  `$NET=10.0.0\n${server('', { target: '$NET.1 80' })}`,
  ...[
    '-nodad',
    'nodad',
    'home',
    'secondary',
    'autojoin',
    'peer 10.0.0.1',
    'peer 10.0.0.1/32',
    'track_group x',
  ].map((option) => instance('', `192.0.2.100/32 ${option}`)),
  ...['notify', 'notify_master', 'notify_stop'].map((name) =>
    instance(`${name} /bin/true\n ${name} /bin/false`),
  ),
  instance('linkbeat_use_polling'),
  instance('virtual_rules {\n from 192.0.2.0/24 table 1\n }'),
  instance('virtual_rules {\n from 192.0.2.0/24 table 1 preference 100\n }'),
  instance('virtual_routes {\n 10.0.0.0/8 gw 192.0.2.1 dev eth0\n }'),
  instance('virtual_routes {\n 10.0.0.0/8 via 192.0.2.1 or 192.0.2.3 dev eth0\n }'),
  ...['sh', 'mh', 'wlc'].flatMap((name) =>
    ['sh-port', 'mh-fallback'].map((flag) =>
      server(`lb_algo ${name}\n ${flag}`).replace('lb_algo wlc\n', ''),
    ),
  ),
  ...Object.entries(TRACKED).flatMap(([list, block]) => {
    const tracking = instance(`${list} {\n n\n }`)
    return [block + tracking, tracking + block]
  }),
  ...['FILE_CHECK {\n track_file n\n }', 'BFD_CHECK {\n name n\n }'].flatMap((check) => {
    const blocks = `${TRACKED.track_file}${TRACKED.track_bfd}`
    return [blocks + server('', { check }), server('', { check }) + blocks]
  }),
  instance('virtual_routes {\n 10.0.0.0/8 via 192.0.2.1\n }'),
  instance('virtual_routes {\n 10.0.0.0/8 via 192.0.2.1 no_track\n }'),
  instance('virtual_routes {\n 10.0.0.0/8 via 192.0.2.1 dev eth0\n }'),
]

describe.skipIf(!INSTALLED)('a line at the edge of what keepalived takes', () => {
  it('is an error where keepalived refuses the file, and none where it takes it', () => {
    const texts = TEXTS.map(
      (text) => `global_defs {\n  router_id lb1\n  script_user root\n  enable_script_security\n}\n${text}`,
    )
    const said = keepalivedSays(texts)
    const wrong = texts.flatMap((text, at) => {
      const theirs = said[at]
      if (theirs === undefined) throw new Error('a file was not looked at')
      const { missed, overstated } = beside(text, theirs)
      return [...missed, ...overstated].map(({ message }) => `${text}: ${message}`)
    })
    expect(wrong).toEqual([])
    expect(said.filter(({ refuses }) => refuses).length).toBeGreaterThan(15)
    expect(said.filter(({ takes }) => takes).length).toBeGreaterThan(15)
  })
})
