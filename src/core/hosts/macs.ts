import type { Cluster } from './cluster.js'

/** The MAC address of a host's interface: its own, or the one that stands for it where the drawing does not say. */
export type MacOf = (host: string, interfaceName: string) => string | undefined

/**
 * Gives every interface on a drawn network a MAC address, the same one each time: what the file or a probe says, else
 * one of the locally administered range (IEEE 802: second bit of the first octet), counted in the order of the file.
 * The lab gives its hosts the same.
 */
export function assignMacs({ hosts }: Cluster): MacOf {
  const macs = new Map<string, Map<string, string>>()
  let interfaces = 0
  for (const { name, before, state } of hosts.values()) {
    const own = new Map<string, string>()
    macs.set(name, own)
    for (const { name: interfaceName, network, mac } of before.interfaces.values()) {
      if (network === undefined) continue
      own.set(interfaceName, mac ?? derivedMac(++interfaces))
    }
    // What a probe found is what is.
    for (const { name: interfaceName, mac } of state.interfaces.values()) {
      if (mac !== undefined) own.set(interfaceName, mac)
    }
  }
  return (host, interfaceName) => macs.get(host)?.get(interfaceName)
}

function derivedMac(index: number): string {
  const octets = [0x02, 0x1a, 0xb0, (index >> 16) & 0xff, (index >> 8) & 0xff, index & 0xff]
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':')
}
