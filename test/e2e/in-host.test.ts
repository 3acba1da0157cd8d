import { describe, expect, it } from 'vitest'
import { runInHost } from './in-host-runner.js'

const SHOP = `lvs: 1
name: shop
networks:
  farm: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 }
hosts:
  lb1:
    role: director
    interfaces:
      eth0: { network: farm, address: 192.0.2.2 }
  rs1:
    role: real-server
    interfaces:
      eth0: { network: farm, address: 192.0.2.11 }
  rs2:
    role: real-server
    interfaces:
      eth0: { network: farm, address: 192.0.2.12 }
services:
  web:
    mode: dr
    director: lb1
    vip: 192.0.2.100
    port: 80
    scheduler: rr
    real-servers:
      rs1: {}
      rs2: {}
`

const WRONG = SHOP.replaceAll(': {}', ': { port: 8080 }')

describe('inside the extension host', () => {
  it('the extension wakes up with a topology, and everything it offers is there', async () => {
    const results = await runInHost('activation.ts', {
      files: { 'note.txt': 'nothing of ours\n', 'shop.lvs.yaml': { copy: 'samples/dr.lvs.yaml' } },
    })
    expect(results).toHaveLength(4)
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
  })

  it('differences stay text', async () => {
    const results = await runInHost('diffs.ts', {
      files: { 'shop.lvs.yaml': { copy: 'samples/dr.lvs.yaml' } },
    })
    expect(results).toHaveLength(3)
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
  })

  it('the language is known: completion, hover, snippets, navigation, rename, outline, colours, lenses, formatting, fixes', async () => {
    const results = await runInHost('language.ts', {
      files: { 'shop.lvs.yaml': SHOP, 'wrong.lvs.yaml': WRONG, 'meant.lvs.yaml': WRONG },
    })
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
    expect(results).toHaveLength(13)
  })

  it('keepalived.conf, ldirectord.cf and ipvsadm rules are known, and a topology is made of them', async () => {
    const results = await runInHost('other-files.ts', {
      files: {
        'keepalived.conf': 'include web.inc\nvrrp_sync_group G {\ngroup {\n  VI_1\n}\n}\n',
        'web.inc':
          'vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n  virtual_ipaddress {\n    192.0.2.100/24\n  }\n}\n',
        'keepalived-web.conf':
          'virtual_server 192.0.2.100 80 {\n  lb_kind dr\n  protocol TCP\n  \n  real_server 192.0.2.11 80 {\n    weight 1\n  }\n}\n',
        'ldirectord.cf': 'autoreload=Yes\nvirtual=192.0.2.100:80\n    real=192.0.2.11 gate\n',
        'ipvsadm.rules': '-A -t 192.0.2.100:443 -s rr\n-a -t 192.0.2.100:443 -r 192.0.2.12:443 -g\n',
      },
    })
    expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
    expect(results).toHaveLength(4)
  })
})
