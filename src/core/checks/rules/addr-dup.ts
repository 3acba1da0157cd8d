import { say } from '../../speech/say.js'
import type { Fix } from '../../topology/problem.js'
import type { Cluster } from '../../hosts/cluster.js'
import { freeAddress } from '../free-address.js'
import { takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { addressPath, drawnAddresses } from '../structure.js'
import type { DrawnAddress } from '../structure.js'
import { listed } from '../wording.js'

export const addressDuplicate: Rule = {
  code: 'ADDR-DUP',
  severity: 'error',
  title: 'The same address twice',
  why: 'Two hosts answer for one address, and packets go now to the one and now to the other; on one host the second is refused or useless.',
  kernel:
    'Whoever answered the last ARP request or neighbour solicitation gets the packets (arp.c, ndisc.c). IPv6 duplicate ' +
    'address detection takes the second one out of use.',
  mend: 'Give one of the two another address.',
  source: 'RFC 5227; RFC 4862',
  explains: [],
  mayExplain: ['ARP_AMBIGUOUS'],
  check: (cluster, report) => {
    const onNetwork = new Map<string, DrawnAddress>()
    const onHost = new Map<string, DrawnAddress>()
    for (const drawn of drawnAddresses(cluster)) {
      const { host, network, address } = drawn
      const onNetworkKey = `${network ?? ''} ${address}`
      const onHostKey = `${host.name} ${address}`
      const other = onHost.get(onHostKey) ?? (network === undefined ? undefined : onNetwork.get(onNetworkKey))
      if (other !== undefined) {
        report(valueAt(addressPath(drawn)), message(drawn, other), fixes(cluster, drawn, other))
        continue
      }
      onHost.set(onHostKey, drawn)
      if (network !== undefined) onNetwork.set(onNetworkKey, drawn)
    }
  },
}

function message({ host, interface: name, network, address }: DrawnAddress, other: DrawnAddress): string {
  return other.host === host
    ? say`${host.name} has ${address} twice, on ${listed([other.interface, name])}`
    : say`${address} is the address of both ${other.host.name} and ${host.name} on ${network ?? ''}`
}

function fixes(cluster: Cluster, drawn: DrawnAddress, other: DrawnAddress): Fix[] {
  const { host, interface: name, network, address } = drawn
  const path = addressPath(drawn)
  if (other.host === host)
    return [takingOut(path, say`Take the second ${address} off ${name} of ${host.name}`)]
  const free = network === undefined ? undefined : freeAddress(cluster, network, address)
  return free === undefined
    ? []
    : [{ title: say`Change it to ${free}, which is free`, edits: [{ kind: 'set', path, value: free }] }]
}
