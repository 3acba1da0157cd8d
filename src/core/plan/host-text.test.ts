import { describe, expect, it } from 'vitest'
import { hostText } from './host-text.js'
import type { Setting, SettingKind } from './setting.js'
import type { PlanStep } from './step.js'

function step(kind: SettingKind, key: string, before: string, after: string): PlanStep {
  return {
    id: `s-${key}`,
    kind,
    key,
    before,
    after,
    summary: '',
    why: '',
    revertible: true,
    stage: 'directors',
    record: 'own',
  }
}

const TCP = '-t 192.0.2.100:80'
const wanted: Setting[] = [
  { kind: 'destination', key: `${TCP} -r 192.0.2.11:80`, state: '-g -w 1' },
  { kind: 'virtual-service', key: TCP, state: '-s rr' },
  { kind: 'module', key: 'ip_vs', state: 'loaded' },
  { kind: 'address', key: 'eth0 192.0.2.100/32', state: 'present' },
  { kind: 'route', key: '4', state: 'default via 192.0.2.1 dev eth0' },
  { kind: 'link', key: 'tunl0', state: 'up' },
  { kind: 'sysctl', key: 'net.ipv4.ip_forward', state: '1' },
]

describe('a host as text before and after a plan', () => {
  it('shows what is wanted on both sides, in sections, and every change', () => {
    const { before, after } = hostText({
      host: 'lb1',
      notes: [],
      wanted,
      steps: [
        step('sysctl', 'net.ipv4.ip_forward', '0', '1'),
        step('destination', `${TCP} -r 192.0.2.11:80`, 'absent', '-g -w 0'),
        step('address', 'eth0 192.0.2.100/32', 'absent', 'present'),
        step('destination', `${TCP} -r 192.0.2.11:80`, '-g -w 0', '-g -w 1'),
      ],
    })
    expect(before).toBe(`# lb1

# kernel modules
ip_vs

# sysctl
net.ipv4.ip_forward = 0

# links
tunl0 up

# default routes
IPv4 default via 192.0.2.1 dev eth0

# IPVS (ipvsadm -S -n)
-A -t 192.0.2.100:80 -s rr
`)
    expect(after).toBe(`# lb1

# kernel modules
ip_vs

# sysctl
net.ipv4.ip_forward = 1

# links
tunl0 up

# addresses
192.0.2.100/32 dev eth0

# default routes
IPv4 default via 192.0.2.1 dev eth0

# IPVS (ipvsadm -S -n)
-A -t 192.0.2.100:80 -s rr
-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1
`)
  })

  it('is the same on both sides where nothing changes, whatever the order of what is wanted', () => {
    const { before, after } = hostText({ host: 'lb1', wanted, steps: [], notes: [] })
    expect(after).toBe(before)
    expect(hostText({ host: 'lb1', wanted: [...wanted].reverse(), steps: [], notes: [] }).after).toBe(after)
  })

  it('begins with what is to be known beside it, on both sides', () => {
    const { before, after } = hostText({ host: 'lb1', wanted: [], steps: [], notes: ['a stays', 'b too'] })
    expect([before, after]).toEqual(Array(2).fill('# lb1\n# a stays\n# b too\n'))
  })

  it('shows tunnel devices, ports and marks, and what goes with a device', () => {
    const device = 'lvs-4in6-d868fa'
    const made = 'ip6tnl mode any local fd00:1::11 remote any'
    const { before, after } = hostText({
      notes: [],
      host: 'rs1',
      wanted: [],
      steps: [
        step('mark', '17 ipv4', 'tcp 192.0.2.120 80', 'tcp 192.0.2.120 80,8080'),
        step('address', `${device} 192.0.2.106/32`, 'present', 'absent'),
        step('link', device, 'up', 'absent'),
        step('link', 'tunl0', 'up', 'absent'),
        step('sysctl', `net.ipv4.conf.${device}.rp_filter`, '2', 'absent'),
        step('tunnel-device', device, made, 'absent'),
        step('fou', '6 6080', 'gue', 'absent'),
      ],
    })
    expect(before).toBe(`# rs1

# UDP ports at which GUE is unpacked (ip fou show)
port 6080 gue -6

# tunnel devices
${device} type ${made}

# sysctl
net.ipv4.conf.${device}.rp_filter = 2

# links
${device} up
tunl0 up

# addresses
192.0.2.106/32 dev ${device}

# firewall marks
17 ipv4: tcp 192.0.2.120 80
`)
    expect(after).toBe(`# rs1

# links
tunl0 up

# firewall marks
17 ipv4: tcp 192.0.2.120 80,8080
`)
  })

  it('takes away what goes, by way of weight 0, and leaves what is left alone', () => {
    const { before, after } = hostText({
      host: 'lb1',
      notes: [],
      wanted: [],
      steps: [
        step('destination', `${TCP} -r 192.0.2.11:80`, '-g -w 3', '-g -w 0'),
        step('destination', `${TCP} -r 192.0.2.11:80`, '-g -w 0', 'absent'),
        step('virtual-service', TCP, '-s rr', 'absent'),
        step('module', 'ip_vs', 'loaded', 'absent'),
        step('module', 'ipip', 'loaded', 'absent'),
        step('sysctl', 'net.ipv4.conf.tunl0.rp_filter', '2', 'absent'),
        step('sysctl', 'net.ipv4.ip_forward', '0', '0'),
      ],
    })
    expect(before).toContain('-w 3')
    expect(before).toContain('\nip_vs\n')
    expect(after).toBe(`# lb1

# kernel modules
ipip

# sysctl
net.ipv4.conf.tunl0.rp_filter = 2
net.ipv4.ip_forward = 0
`)
  })
})
