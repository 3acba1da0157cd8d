/** Texts for the tests of what an editor knows of topologies: for tests only. */
import { readFileSync } from 'node:fs'
import type { ParsedTopology } from '../topology/parse.js'
import type { Span } from '../topology/position.js'

export const SAMPLES: readonly (readonly [name: string, text: string])[] = [
  'samples/nat.lvs.yaml',
  'samples/dr.lvs.yaml',
  'samples/tun.lvs.yaml',
  'test/fixtures/tunnels.lvs.yaml',
].map((path) => [path, readFileSync(path, 'utf8')])

/** A file that has names and addresses wherever the language has them, in every way of writing. */
export const EVERYWHERE = `lvs: 1
name: everywhere
networks:
  front: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 } # für "front"
  "back": { subnet: 10.0.0.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  edge: { role: router, interfaces: { eth0: { network: 'front', address: 192.0.2.1 }, eth1: { network: back, address: 10.0.0.254 } } }
  lb1:
    role: director
    interfaces:
      eth0: { network: front, address: [192.0.2.2] }
      eth1: &nic { network: &segment back, address: 10.0.0.1 }
  lb2:
    role: director
    interfaces:
      eth0: { network: front, address: 192.0.2.3 }
      eth1: { network: *segment, address: 10.0.0.2 }
  rs1:
    role: real-server
    interfaces:
      eth0: { network: back, address: 10.0.0.11 }
      eth1: { network: back, address: 10.0.0.111 }
      bond0: { network: back, bond: [eth0, eth1] }
    gateway: [10.0.0.254]
    routes:
      - { to: 203.0.113.0/24, via: 10.0.0.254, interface: eth0 }
    sysctls: { net.ipv4.conf.eth0.rp_filter: 1, net.ipv4.conf.all.rp_filter: 1 }
    listens: [{ address: 10.0.0.11, port: 8080 }]
services:
  web:
    mode: nat
    director: [lb1, 'lb2']
    vip: 192.0.2.100
    port: 80
    scheduler: "wlc"
    real-servers:
      rs1: { port: 8080, weight: 2, mode: nat, address: 10.0.0.11 }
      rs9: {}
vrrp: { id: 51, network: back, inside-vip: 10.0.0.250 }
layout: { hosts: { rs1: { x: 1, y: 2 } }, networks: { front: { x: 0, y: 0 } }, services: { web: { x: 3, y: 3 } } }
`

/** The text without its mark, and where that was. */
export function marked(text: string): { readonly text: string; readonly offset: number } {
  const offset = text.indexOf('@')
  if (offset < 0) throw new Error('the text has no @')
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset }
}

/** The middle of the word after some text that stands there once. */
export function within(text: string, before: string, word: string): number {
  const at = text.indexOf(before + word)
  if (at < 0 || text.includes(before + word, at + 1))
    throw new Error(`"${before}${word}" does not stand there once`)
  return at + before.length + (word.length >> 1)
}

/** What a span covers, with its 1-based line: `12 rs1`. */
export function shown({ text }: ParsedTopology, { start, end }: Span): string {
  return `${text.slice(0, start).split(/\r\n|\r|\n/).length} ${text.slice(start, end)}`
}
