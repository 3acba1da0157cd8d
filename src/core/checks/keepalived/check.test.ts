import { describe, expect, it } from 'vitest'
import { applyTextEdits } from '../../topology/position.js'
import { EXPLANATIONS } from '../explain.js'
import { checkKeepalived } from './check.js'
import type { CheckedKeepalived } from './check.js'
import { NO_FILES } from '../../formats/source-text.js'
import { KEEPALIVED_RULES } from './explanations.js'

/** A director that is right: a pair, a VIP that moves, two real servers in direct routing. */
const RIGHT = `global_defs {
    router_id lb1
    script_user nobody
    enable_script_security
}
vrrp_script chk {
    script "/usr/bin/true"
}
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    virtual_ipaddress {
        192.0.2.100/32 dev eth0
    }
    track_script {
        chk
    }
}
virtual_server 192.0.2.100 80 {
    delay_loop 6
    lvs_sched wlc
    lvs_method DR
    protocol TCP
    real_server 192.0.2.11 80 {
        weight 2
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 192.0.2.12 80 {
        HTTP_GET {
            url {
                path /
                status_code 200-299 301
            }
        }
    }
}
`

function check(text: string): CheckedKeepalived {
  return checkKeepalived({ name: 'keepalived.conf', text }, NO_FILES)
}

/** What is said of a text, with the place it is said of. */
function said(text: string): string[] {
  return check(text).findings.map(({ code, span }) => `${code} ${text.slice(span.start, span.end)}`)
}

interface Fault {
  readonly code: string
  /** What is replaced in RIGHT, and by what; what the finding is at stands in ⟦⟧. */
  readonly from: string
  readonly to: string
  readonly fixed?: string
}

const FAULTS: readonly Fault[] = [
  { code: 'PROTO-UDP', from: '    protocol TCP\n', to: '', fixed: 'protocol TCP' },
  { code: 'PROTO-UDP', from: 'protocol TCP', to: 'protocol ⟦http⟧' },
  { code: 'METHOD-NAT', from: 'lvs_method DR', to: 'lvs_method ⟦dr⟧', fixed: 'lvs_method DR' },
  { code: 'METHOD-NAT', from: '    lvs_method DR\n', to: '' },
  { code: 'SCHED-DFLT', from: 'lvs_sched wlc', to: 'lvs_sched ⟦foo⟧' },
  { code: 'SCHED-DFLT', from: '    lvs_sched wlc\n', to: '' },
  { code: 'SCHED-FLAGS', from: 'lvs_sched wlc', to: 'lvs_sched wlc\n⟦sh-port⟧' },
  {
    code: 'KA-ADDRESS',
    from: 'virtual_server 192.0.2.100 80',
    to: 'virtual_server ⟦192.0.2.100:80⟧',
    fixed: 'virtual_server 192.0.2.100 80',
  },
  { code: 'KA-ADDRESS', from: 'virtual_server 192.0.2.100 80', to: 'virtual_server ⟦web.example⟧ 80' },
  { code: 'KA-ADDRESS', from: 'virtual_server 192.0.2.100 80', to: 'virtual_server 192.0.2.100 ⟦http⟧' },
  { code: 'KA-GROUP', from: 'virtual_server 192.0.2.100 80', to: 'virtual_server group ⟦web⟧' },
  { code: 'HA-VIPMISS', from: 'virtual_server 192.0.2.100 80', to: 'virtual_server ⟦192.0.2.101⟧ 80' },
  {
    code: 'DR-PORT',
    from: 'real_server 192.0.2.11 80',
    to: 'real_server 192.0.2.11 ⟦8080⟧',
    fixed: 'real_server 192.0.2.11 80',
  },
  { code: 'DUP-RS', from: 'real_server 192.0.2.12 80', to: '⟦real_server 192.0.2.11 80⟧' },
  { code: 'TUN-FAM', from: 'real_server 192.0.2.11 80', to: 'real_server ⟦2001:db8::1⟧ 80' },
  { code: 'RS-ADDR', from: 'real_server 192.0.2.11 80', to: 'real_server ⟦224.0.0.1⟧ 80' },
  { code: 'THRESH', from: 'weight 2', to: 'uthreshold 10\n⟦lthreshold 20⟧' },
  { code: 'QUORUM', from: 'delay_loop 6', to: '⟦quorum 9⟧' },
  { code: 'QUORUM', from: 'delay_loop 6', to: '⟦hysteresis 1⟧' },
  { code: 'OPS-UDP', from: 'delay_loop 6', to: '⟦ops⟧' },
  { code: 'PERSIST-MASK', from: 'delay_loop 6', to: 'persistence_granularity ⟦255.0.255.0⟧' },
  {
    code: 'PERSIST-MASK',
    from: 'delay_loop 6',
    to: 'persistence_granularity ⟦24⟧',
    fixed: 'persistence_granularity 255.255.255.0',
  },
  { code: 'PERSIST-MASK', from: 'delay_loop 6', to: 'persistence_granularity ⟦255.255.x⟧' },
  { code: 'PE-SIP', from: 'delay_loop 6', to: 'persistence_engine ⟦foo⟧' },
  { code: 'KA-TUNNEL', from: 'weight 2', to: '⟦lvs_method TUN type gue⟧' },
  { code: 'KA-SORRY', from: 'delay_loop 6', to: '⟦sorry_server_inhibit⟧' },
  { code: 'KA-CHECKER', from: 'path /', to: 'virtualhost a' },
  { code: 'KA-CHECKER', from: 'status_code 200-299 301', to: 'status_code ⟦2xx⟧' },
  { code: 'KA-CHECKER', from: 'status_code 200-299 301', to: 'digest ⟦abc⟧' },
  { code: 'CHECK-PORT', from: 'connect_timeout 3', to: '⟦connect_port 21⟧' },
  { code: 'KA-TRACK', from: '        chk\n', to: '        ⟦chk_web⟧\n' },
  {
    code: 'KA-UNUSED',
    from: '        chk\n',
    to: '        chk\n    }\n}\nvrrp_script ⟦other⟧ {\n    script "/usr/bin/true"\n}\nvrrp_instance VI_2 {\n interface eth1\n virtual_router_id 52\n virtual_ipaddress {\n  192.0.2.200\n }\n track_script {\n  chk\n',
  },
  {
    code: 'KA-EMPTY',
    from: 'delay_loop 6',
    to: 'delay_loop 6\n}\nglobal_defs {\n ⟦notification_email⟧ {\n }\n}\nvirtual_server 192.0.2.100 81 {\n lvs_sched rr',
  },
  { code: 'HA-VRID', from: '    virtual_router_id 51\n', to: '' },
  { code: 'KA-VALUE', from: 'virtual_router_id 51', to: 'virtual_router_id ⟦300⟧' },
  { code: 'VRRP-STATE', from: 'state BACKUP', to: 'state MASTER\n⟦nopreempt⟧' },
  { code: 'VRRP-STATE', from: 'state BACKUP', to: 'state MASTER\n⟦preempt_delay 5⟧' },
  {
    code: 'KA-VIP',
    from: 'advert_int 1\n    virtual_ipaddress {\n        192.0.2.100/32',
    to: 'mcast_src_ip 2001:db8::1\n    virtual_ipaddress {\n        ⟦192.0.2.100/32⟧',
  },
  {
    code: 'KA-INSTANCE',
    from: '    track_script {',
    to: '    mcast_src_ip ⟦2001:db8::1⟧\n    track_script {',
  },
  { code: 'KA-INSTANCE', from: '    track_script {', to: '    ⟦native_ipv6⟧\n    track_script {' },
  {
    code: 'KA-WEIGHT',
    from: '        chk\n    }\n',
    to: '        ⟦chk⟧ weight 5\n    }\n    priority 255\n',
  },
  {
    code: 'KA-WEIGHT',
    from: 'virtual_server 192',
    to: 'vrrp_instance VI_2 {\n state MASTER\n interface eth1\n virtual_router_id 52\n virtual_ipaddress {\n  192.0.2.200\n }\n track_interface {\n  ⟦eth2⟧ weight -20\n }\n}\nvirtual_server 192',
  },
  {
    code: 'KA-WEIGHT',
    from: 'virtual_server 192',
    to: 'vrrp_instance VI_2 {\n interface eth1\n virtual_router_id 52\n virtual_ipaddress {\n  192.0.2.200\n }\n track_interface {\n  ⟦eth2⟧ weight -20\n }\n}\nvrrp_sync_group G {\n group {\n  VI_1\n  VI_2\n }\n}\nvirtual_server 192',
  },
  {
    code: 'KA-WEIGHT',
    from: 'virtual_server 192',
    to: 'vrrp_instance VI_2 {\n state MASTER\n interface eth1\n virtual_router_id 52\n virtual_ipaddress {\n  192.0.2.200\n }\n}\nvrrp_track_process p {\n process nginx\n weight 5\n}\nvrrp_sync_group G {\n group {\n  VI_1\n  VI_2\n }\n sync_group_tracking_weight\n track_process {\n  ⟦p⟧\n }\n}\nvirtual_server 192',
  },
  {
    code: 'KA-DEFINITION',
    from: 'virtual_server 192.0.2.100 80 {',
    to: '$A= \\\n⟦$A=⟧ \\\n delay_loop 6\nvirtual_server 192.0.2.100 80 {\n $A',
  },
  {
    code: 'DR-PORT',
    from: 'virtual_server 192.0.2.100 80 {',
    to: 'virtual_server_group G {\n 192.0.2.100 8080\n fwmark 1\n}\nvirtual_server group G {',
  },
  {
    code: 'FWMARK',
    from: 'virtual_server 192.0.2.100 80 {',
    to: 'virtual_server_group G {\n 192.0.2.100 80\n fwmark 1\n}\nvirtual_server group G {',
  },
  { code: 'KA-VIP', from: '192.0.2.100/32 dev eth0', to: '192.0.2.100/32 dev eth0 scope ⟦256⟧' },
  {
    code: 'KA-VALUE',
    from: 'router_id lb1',
    to: 'router_id lb1\n smtp_server 192.0.2.9 ⟦99999999999⟧',
  },
  {
    code: 'KA-WEIGHT',
    from: '        chk\n',
    to: '        ⟦chk⟧ weight 5\n    }\n    priority 255\n    dont {\n',
  },
  {
    code: 'VRRP-AUTH',
    from: 'advert_int 1',
    to: 'authentication {\n auth_type PASS\n auth_pass ⟦ninechars⟧\n}',
  },
  {
    code: 'VRRP-AUTH',
    from: 'advert_int 1',
    to: 'version 3\n⟦authentication⟧ {\n auth_type PASS\n auth_pass x\n}',
  },
  {
    code: 'VRRP-UNICAST',
    from: 'advert_int 1',
    to: 'unicast_peer {\n192.0.2.3\n}\n⟦use_vmac⟧',
  },
  {
    code: 'KA-VALUE',
    from: 'enable_script_security',
    to: 'enable_script_security\nlvs_timeouts tcp 900 ⟦udp⟧',
  },
  {
    code: 'VRRP-VERSION',
    from: 'advert_int 1\n    virtual_ipaddress {\n        192.0.2.100/32 dev eth0',
    to: '⟦version 2⟧\n    virtual_ipaddress {\n        2001:db8::1',
  },
  { code: 'VRRP-ADVERT', from: 'advert_int 1', to: 'advert_int ⟦0.5⟧' },
  { code: 'VRRP-UNICAST', from: 'advert_int 1', to: '⟦unicast_src_ip 192.0.2.2⟧' },
  { code: 'VRRP-STRICT', from: 'enable_script_security', to: 'enable_script_security\n⟦vrrp_strict⟧' },
  { code: 'VRRP-STRICT', from: 'advert_int 1', to: '⟦no_accept⟧' },
  {
    code: 'KA-VIP',
    from: '        192.0.2.100/32 dev eth0\n',
    to: '        192.0.2.100/32 dev eth0\n        ⟦2001:db8::1⟧\n',
  },
  { code: 'KA-VIP', from: '192.0.2.100/32 dev eth0', to: '192.0.2.100/32 ⟦device⟧ eth0' },
  {
    code: 'KA-VIP',
    from: '        192.0.2.100/32 dev eth0\n',
    to: '        192.0.2.100/32 dev eth0\n        ⟦192.0.2.300⟧\n',
  },
  {
    code: 'KA-VIP',
    from: '192.0.2.100/32 dev eth0',
    to: '192.0.2.100/32 dev eth0 label ⟦bond0.100:webvip⟧',
  },
  {
    code: 'KA-VIP',
    from: '192.0.2.100/32 dev eth0',
    to: '192.0.2.100/32 dev eth0\n 2001:db8::100/128 dev eth0 label ⟦eth0:6⟧',
  },
  { code: 'KA-INSTANCE', from: 'advert_int 1', to: 'use_vmac ⟦vrrp.51.toolongname_x⟧' },
  { code: 'KA-INSTANCE', from: 'advert_int 1', to: 'use_vmac vrrp.51 ⟦01:00:5e:00:00:12⟧' },
  { code: 'KA-INSTANCE', from: 'advert_int 1', to: '⟦use_ipvlan⟧' },
  { code: 'KA-INSTANCE', from: 'advert_int 1', to: 'use_ipvlan ⟦ipv1234567890123⟧ 192.0.2.9/24' },
  { code: 'KA-VALUE', from: 'delay_loop 6', to: '⟦ip_family inet6⟧' },
  {
    code: 'KA-VALUE',
    from: 'virtual_server 192.0.2.100 80 {',
    to: 'virtual_server_group G {\n 192.0.2.100 80\n fwmark 1\n}\nvirtual_server group G {\n ⟦ha_suspend⟧',
  },
  {
    code: 'KA-CHECKER',
    from: 'TCP_CHECK {',
    to: 'UDP_CHECK {\n ⟦min_reply_length 5⟧\n max_reply_length 3\n}\nTCP_CHECK {',
  },
  { code: 'KA-CHECKER', from: 'TCP_CHECK {', to: 'UDP_CHECK {\n ⟦min_reply_length 256⟧\n}\nTCP_CHECK {' },
  {
    code: 'KA-TRACK',
    from: '        chk\n    }\n',
    to: '        ⟦late⟧\n        chk\n    }\n}\nvrrp_script late {\n    script "/usr/bin/true"\n',
  },
  {
    code: 'KA-TRACK',
    from: 'weight 2\n',
    to: 'FILE_CHECK {\n track_file ⟦late⟧\n}\n}\n}\ntrack_file late {\n file /run/late\n}\nvirtual_server 192.0.2.100 443 {\nprotocol TCP\nlvs_sched wlc\nlvs_method DR\n real_server 192.0.2.11 443 {\n weight 2\n',
  },
  { code: 'KA-INSTANCE', from: 'interface eth0', to: 'interface ⟦lo⟧' },
  { code: 'KA-INSTANCE', from: '    interface eth0\n', to: '' },
  {
    code: 'KA-ROUTE',
    from: 'advert_int 1',
    to: 'virtual_routes {\n 10.0.0.0/8 ⟦trough⟧ 192.0.2.1 dev eth0\n}',
  },
  {
    code: 'KA-ROUTE-TRACK',
    from: 'advert_int 1',
    to: 'virtual_routes {\n ⟦10.0.0.0/8 via 192.0.2.1⟧\n}',
    fixed: '10.0.0.0/8 via 192.0.2.1 no_track',
  },
  {
    code: 'KA-ROUTE',
    from: 'advert_int 1',
    to: 'virtual_rules {\n from ⟦192.0.2⟧ table 100\n}',
  },
  {
    code: 'KA-RULE-ORDER',
    from: 'advert_int 1',
    to: 'virtual_rules {\n ⟦from 192.0.2.0/24 table 1⟧\n}',
    fixed: 'table 1 preference 1000',
  },
  {
    code: 'KA-OBSOLETE',
    from: 'advert_int 1',
    to: 'virtual_routes {\n 10.0.0.0/8 ⟦gw⟧ 192.0.2.1 dev eth0\n}',
    fixed: 'via 192.0.2.1',
  },
  { code: 'KA-VIP', from: '192.0.2.100/32 dev eth0', to: '192.0.2.100/32 dev eth0 ⟦secondary⟧' },
  { code: 'KA-VIP', from: '192.0.2.100/32 dev eth0', to: '192.0.2.100/32 dev eth0 peer ⟦10.0.0.1/24⟧' },
  { code: 'KA-INSTANCE', from: 'advert_int 1', to: 'unicast_peer {\n⟦192..2.2⟧\n}' },
  {
    code: 'KA-VALUE',
    from: 'enable_script_security',
    to: 'enable_script_security\nlvs_sync_daemon eth0 inst VI_1 ⟦group⟧',
  },
  { code: 'DR-L2', from: 'advert_int 1', to: 'virtual_routes {\n 192.0.2.8/29 via 192.0.2.1 dev eth0\n}' },
  { code: 'KA-SCRIPT-ROOT', from: '    enable_script_security\n', to: '' },
  {
    code: 'SYNC',
    from: 'enable_script_security',
    to: 'enable_script_security\nlvs_sync_daemon eth0 inst ⟦VI_9⟧',
  },
  {
    code: 'HA-BACKUPONLY',
    from: 'enable_script_security',
    to: 'enable_script_security\n⟦lvs_sync_daemon eth0⟧',
  },
  {
    code: 'KA-SYNC',
    from: 'vrrp_script chk',
    to: 'vrrp_sync_group G {\n group {\n  VI_1\n  ⟦VI_9⟧\n }\n}\nvrrp_script chk',
  },
  {
    code: 'NORS',
    from: 'vrrp_script chk',
    to: '⟦virtual_server⟧ 192.0.2.100 443 {\n lvs_sched rr\n protocol TCP\n lvs_method DR\n}\nvrrp_script chk',
  },
  {
    code: 'DUP-VS',
    from: 'vrrp_script chk',
    to: 'virtual_server 192.0.2.100 80 {\n lvs_sched rr\n protocol TCP\n lvs_method DR\n real_server 192.0.2.13 80 {\n }\n}\nvrrp_script chk',
  },
  { code: 'FWMARK', from: 'virtual_server 192.0.2.100 80', to: 'virtual_server fwmark 7' },
  { code: 'PERSIST0', from: 'virtual_server 192.0.2.100 80', to: 'virtual_server ⟦192.0.2.100⟧' },
]

describe('a keepalived.conf', () => {
  it('that is right has nothing to mend', () => {
    expect(said(RIGHT)).toEqual([])
  })

  it.each([
    'real_server 192.0.2.19 0 {\n}',
    'ip_family inet',
    'real_server 192.0.2.19 80 {\n UDP_CHECK {\n min_reply_length 5\n max_reply_length 5\n }\n}',
    'persistence_granularity 255.255.0',
    'delay_loop 5000',
    'warmup 0',
    'real_server 192.0.2.19 0 {\n TCP_CHECK {\n retry 0\n }\n}',
  ])('takes %s, as keepalived does', (line) => {
    const text = RIGHT.replace('    delay_loop 6\n', () => `    ${line}\n`)
    expect(text).toContain(line)
    expect(check(text).findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it.each([
    ['weight 2', 'weight $W', 'error'],
    ['script "/usr/bin/true"', 'script "/usr/bin/test ${HOME}"', 'warning'],
  ])('%s as %s: a name that is not defined is an %s', (from, to, severity) => {
    expect(RIGHT).toContain(from)
    const { findings } = check(RIGHT.replace(from, () => to))
    expect(findings.map((finding) => `${finding.code} ${finding.severity}`)).toEqual([
      `KA-DEFINITION ${severity}`,
    ])
  })

  it.each([
    ['192.0.2.100/32 dev eth0', '192.0.2.$N/32 dev eth0', '192.0.2.${N}/32 dev eth0'],
    ['192.0.2.100/32 dev eth0', '~SEQ(i, 100, 1, 101) 192.0.2.$i/32 dev eth0', '192.0.2.${i}/32 dev eth0'],
    ['virtual_server 192.0.2.100 80', 'virtual_server $NET.100 80', 'virtual_server ${NET}.100 80'],
  ])('%s as %s: keepalived puts a name in only before a blank', (from, to, fixed) => {
    const text = `$N=100\n$NET=192.0.2\n${RIGHT.replace(from, () => to)}`
    expect(text).toContain(to)
    const [found, ...more] = check(text).findings.filter(({ code }) => code === 'KA-DEFINITION')
    expect(found?.severity).toBe('error')
    expect(more).toEqual([])
    const mended = applyTextEdits(text, found?.fixes[0]?.edits ?? [])
    expect(mended).toContain(fixed)
    expect(check(mended).findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('may have a dollar sign before a name that nothing defines, or at the end of a word', () => {
    const password = (text: string) =>
      check(
        `$N=1\n${RIGHT.replace('advert_int 1', () => `authentication {\n auth_type PASS\n auth_pass ${text}\n}`)}`,
      )
    expect(password('a$M.b').findings).toEqual([])
    expect(password('a.b$').findings).toEqual([])
    expect(password('x$N').findings).toEqual([])
  })

  it('may have a block with nothing in it where keepalived takes it', () => {
    const { findings } = check(RIGHT.replace('        chk\n', ''))
    expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'KA-UNUSED warning',
      'KA-EMPTY warning',
    ])
  })

  it('may write the flags of sh and mh for each other, which keepalived takes alike', () => {
    const { findings } = check(RIGHT.replace('lvs_sched wlc', 'lvs_sched mh\n    sh-port\n    sh-fallback'))
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('has a password with a dollar sign in it', () => {
    const { findings } = check(
      RIGHT.replace('advert_int 1', () => 'authentication {\n auth_type PASS\n auth_pass $ecret\n}'),
    )
    expect(findings).toEqual([])
  })

  it.each(FAULTS)('$code: $to', ({ code, from, to, fixed }) => {
    expect(RIGHT).toContain(from)
    const marked = RIGHT.replace(from, () => to)
    const text = marked.replace(/[⟦⟧]/g, '')
    const found = check(text).findings.filter((finding) => finding.code === code)
    expect(found.length).toBeGreaterThan(0)
    if (marked !== text) {
      const start = marked.indexOf('⟦')
      const end = marked.indexOf('⟧') - 1
      expect(found.map(({ span }) => text.slice(span.start, span.end))).toContain(text.slice(start, end))
      expect(found.some(({ span }) => span.start === start && span.end === end)).toBe(true)
    }
    if (fixed === undefined) return
    const [fix] = found[0]?.fixes ?? []
    const mended = applyTextEdits(text, fix?.edits ?? [])
    expect(mended).toContain(fixed)
    expect(check(mended).findings.filter((finding) => finding.code === code)).toEqual([])
  })

  it('has an explanation for everything that is said of it, and a case here or in the reader’s tests for every rule', () => {
    const codes = new Set(EXPLANATIONS.map((each) => each.code))
    for (const { code } of FAULTS) expect(codes).toContain(code)
    const shown = new Set(FAULTS.map(({ code }) => code))
    const byReader =
      /^KA-(QUOTE|BRACE|UNCLOSED|KEYWORD|OBSOLETE|VERSION|VALUE|MISSING|EXTRA|TWICE|INCLUDE|INCLUDE-NONE|INCLUDE-LOOP|CONDITION|DEFINITION|SEQUENCE|LINE|LIMIT)$/
    const untested = KEEPALIVED_RULES.filter(({ code }) => !shown.has(code) && !byReader.test(code))
    expect(untested.map(({ code }) => code)).toEqual(['VRRP-PAIR'])
  })

  it('has a route without an interface for well, but for keepalived before 2.3.2', () => {
    const routes = 'virtual_routes {\n 10.0.0.0/8 via 192.0.2.1\n}'
    const { findings } = check(RIGHT.replace('advert_int 1', routes))
    expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['KA-ROUTE-TRACK warning'])
  })

  it('is looked at for every id its conditions name', () => {
    const text = RIGHT.replace('    priority 150', '@high    priority 150\n@low    priority 500')
    expect(said(text)).toEqual(['KA-VALUE 500'])
  })

  it('with conditions says less of machines that it does not name', () => {
    const text = RIGHT.replace('    script "', '@high    script "')
    const found = check(text).findings
    expect(found.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'KA-TRACK information',
      'KA-TRACK information',
    ])
    expect(found[0]?.message).toContain('(with a configuration id other than high)')
  })
})

/** Every line with the block that it begins, if it does. */
function parts(text: string): string[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.flatMap((line, at) => {
    if (line.trim() === '}') return []
    if (!line.endsWith('{')) return [`${line}\n`]
    const indent = /^ */.exec(line)?.[0] ?? ''
    const end = lines.indexOf(`${indent}}`, at)
    return [`${lines.slice(at, end + 1).join('\n')}\n`]
  })
}

describe('an include that nobody looks at', () => {
  const FULL = RIGHT.replace(
    '    track_script',
    `    nopreempt
    authentication {
        auth_type PASS
        auth_pass secret
    }
    unicast_src_ip 192.0.2.1
    unicast_peer {
        192.0.2.2
    }
    track_script`,
  )
    .replace(
      'virtual_server 192',
      `vrrp_sync_group G {
    group {
        VI_1
        VI_2
    }
}
vrrp_instance VI_2 {
    version 3
    interface eth1
    virtual_router_id 52
    priority 100
    advert_int 0.5
    virtual_ipaddress {
        198.51.100.9
    }
}
virtual_server_group W {
    198.51.100.9 81
}
virtual_server group W {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    quorum 2
    real_server 192.0.2.13 81 {
        FILE_CHECK {
            track_file f
        }
    }
    real_server 192.0.2.14 81 {
        MISC_CHECK {
            misc_path "/usr/bin/true"
        }
    }
}
virtual_server 192`,
    )
    .replace('vrrp_script', 'track_file f {\n    file /run/f\n}\nvrrp_script')

  it.each(parts(FULL).map((part) => [part.trim().split('\n')[0] ?? '', part]))('may hold "%s"', (_, part) => {
    expect(said(FULL)).toEqual([])
    expect(said(FULL.replace(part, 'include hidden.conf\n'))).toEqual([])
  })

  it('leaves open what the blocks around it lack, and no others', () => {
    const inService = RIGHT.replace('delay_loop 6', 'include hidden.conf')
    expect(said(inService.replace('    interface eth0\n', ''))).toEqual(['KA-INSTANCE vrrp_instance'])
    expect(said(inService.replace('script chk', 'script other'))).toEqual(['KA-UNUSED other', 'KA-TRACK chk'])
    expect(
      said(inService.replace('dev eth0', 'dev eth0\n192.0.2.9/24 dev').replace('.100 80', '.101 80')),
    ).toContain('HA-VIPMISS 192.0.2.101')
    expect(said(`include hidden.conf\n${RIGHT.replace('    interface eth0\n', '')}`)).toEqual([
      'KA-INSTANCE vrrp_instance',
    ])
    expect(said(RIGHT.replace('script chk', 'script chk2'))).toEqual(['KA-UNUSED chk2', 'KA-TRACK chk'])
  })

  it('may hold definitions, and these any line', () => {
    const text = `include hidden.conf\n${RIGHT.replace('interface eth0', 'interface \${IF}')
      .replace('192.0.2.100/32 dev eth0', '$VIPS')
      .replace('    virtual_router_id 51\n', '    $ID\n')}`
    expect(said(text)).toEqual([])
    expect(said(text.replace('include hidden.conf\n', ''))).not.toEqual([])
  })

  it('says why it was not looked at, and that is all', () => {
    const text = RIGHT.replace(/vrrp_script chk[^}]*}\n/, 'include ../hidden.conf\n')
    const unread = { reason: 'it leads out', kept: true }
    const { findings } = checkKeepalived(
      { name: 'keepalived.conf', text },
      { matching: () => ({ files: [], unread }) },
    )
    expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['KA-LIMIT information'])
  })
})

describe('a text that is read up to a limit', () => {
  const TOO_MANY = '~SEQ(i, 1, 100001) # nothing\n'
  const codes = (text: string) => check(text).findings.map(({ code }) => code)

  it('lacks nothing that may stand further down', () => {
    const script = /vrrp_script chk {[^}]*}\n/
    expect(codes(`${RIGHT.replace(script, '')}${TOO_MANY}${script.exec(RIGHT)?.[0] ?? ''}`)).toEqual([
      'KA-LIMIT',
    ])
    expect(codes(RIGHT.replace(script, ''))).toEqual(['KA-TRACK'])
  })

  it('is not said to be cut off in the blocks that were open', () => {
    expect(codes(RIGHT.replace('    interface eth0', `${TOO_MANY}    interface eth0`))).toEqual(['KA-LIMIT'])
    expect(codes(RIGHT.replace('            url {', `${TOO_MANY}            url {`))).toEqual(['KA-LIMIT'])
  })

  it('lacks nothing that stands too deep in other blocks, or in definitions', () => {
    const deep = `${'{'.repeat(40)}\n${RIGHT}`
    expect(new Set(codes(deep))).toEqual(new Set(['KA-BRACE', 'KA-LIMIT', 'KA-UNCLOSED']))
    const definitions = `$A= \\\n$B \\\n$B\n$B= \\\n$A \\\n$A\n`
    const instance = RIGHT.replace('    interface eth0', '    $A')
    expect(new Set(codes(`${definitions}${instance}`))).toEqual(new Set(['KA-LIMIT']))
  })
})
