import { describe, expect, it } from 'vitest'
import { observedHosts } from '../../core/checks/observed.test-kit.js'
import type { Breakage } from '../../core/checks/observed.test-kit.js'
import { DR, TUN } from '../../core/checks/rules.test-kit.js'
import { deriveCluster } from '../../core/hosts/cluster.js'
import { observeHost } from '../../core/hosts/observe.js'
import { parseTopology } from '../../core/topology/parse.js'
import { notTold, wishesToObserve } from './observe.js'

const clusterOf = (text: string) => deriveCluster(parseTopology(text).topology)

function told(broken: Breakage) {
  const cluster = clusterOf(DR)
  return notTold(cluster, observedHosts(cluster, broken)).map(({ host, message }) => `${host}: ${message}`)
}

describe('what a probe does not tell', () => {
  it('is nothing where root reads with all tools', () => {
    expect(told({})).toEqual([])
  })

  it('is the table, for who is not root; real servers have none', () => {
    const messages = told({ lb1: [['uid 0', 'uid 1000']], rs1: [['uid 0', 'uid 1000']] })
    expect(messages).toEqual([expect.stringMatching(/^lb1: its IPVS table is for root alone; .*sudo: true/)])
  })

  it('is the table, without ipvsadm', () => {
    expect(told({ lb1: [[' ipvsadm', '']] })).toEqual([expect.stringMatching(/^lb1: .*without ipvsadm/)])
  })

  it('is not the table where IPVS is not loaded: there is none', () => {
    expect(
      told({
        lb1: [
          ['uid 0', 'uid 1000'],
          ['ip_vs loaded', 'ip_vs absent'],
        ],
      }),
    ).toEqual([])
  })

  it('is what makes no sense', () => {
    const cluster = clusterOf(DR)
    const live = observeHost('rs1', '== facts\nuid 0\n== link\nwhat is this\n== end\n')
    expect(notTold(cluster, new Map([['rs1', live]])).map(({ message }) => message)).toEqual([
      'a line of what it says cannot be read: ip link: what is this',
    ])
  })
})

describe('what is read to hold hosts against a drawing', () => {
  it('is what a plan reads, the settings of every interface, and the ways to VIPs', () => {
    const { sysctls, modules, ways } = wishesToObserve(clusterOf(TUN), 'rs1')
    for (const key of ['all.arp_ignore', 'eth0.rp_filter', 'tunl0.rp_filter', 'tunl0.forwarding']) {
      expect(sysctls).toContain(`net.ipv4.conf.${key}`)
    }
    expect(modules).toContain('ipip')
    expect(ways).toEqual(['192.0.2.100'])
    expect(new Set(sysctls).size).toBe(sysctls.length)
  })

  it('of a director too: its table, its modules, and the source of tunnels', () => {
    const { sysctls, modules, ways } = wishesToObserve(clusterOf(TUN), 'lb1')
    expect(sysctls).toContain('net.ipv4.vs.conntrack')
    expect(modules).toEqual(expect.arrayContaining(['ip_vs', 'ip_vs_wlc']))
    expect(ways).toEqual(['192.0.2.100', '192.0.2.11', '10.1.0.12'])
  })

  it('of a host that is not drawn nothing', () => {
    expect(wishesToObserve(clusterOf(TUN), 'nobody')).toEqual({
      sysctls: [],
      modules: [],
      keepalived: false,
      ways: [],
      looks: ['neighbours', 'sockets', 'firewall', 'connections'],
    })
  })
})
