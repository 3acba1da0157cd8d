import { describe, expect, it } from 'vitest'
import { fileKind } from './file-kind.js'

describe('what a file is', () => {
  it.each([
    ['a.lvs.yaml', 'virtual_server 1.2.3.4 80 {\n}\n', 'topology'],
    ['/etc/keepalived/keepalived.conf', '', 'keepalived'],
    ['keepalived-lb2.conf', '', 'keepalived'],
    ['C:\\lb\\ldirectord.cf', '', 'ldirectord'],
    ['/etc/ipvsadm.rules', '', 'ipvsadm'],
    ['/etc/sysconfig/ipvsadm', '', 'ipvsadm'],
    ['conf.d/web.conf', '! web\n  virtual_server 1.2.3.4 80 {\n}\n', 'keepalived'],
    ['vips', 'vrrp_instance A {\n}\n', 'keepalived'],
    ['lb.cf', 'checktimeout=5\nvirtual = 1.2.3.4:80\n  real=1.2.3.5:80 gate\n', 'ldirectord'],
    ['table.txt', '# saved\n-A -t 1.2.3.4:80 -s rr\n', 'ipvsadm'],
    ['script.sh', 'ipvsadm -C\nipvsadm -At 1.2.3.4:80\n', 'ipvsadm'],
    ['-', 'lvs: 1\nname: x\n', 'topology'],
    ['-', '', 'topology'],
  ])('%s', (name, text, kind) => {
    expect(fileKind(name, text)).toBe(kind)
  })
})
