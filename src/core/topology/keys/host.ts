import { toSay } from '../../speech/say.js'
import {
  boolean,
  defaulted,
  integer,
  listOf,
  mapOf,
  matching,
  object,
  oneOf,
  oneOrMany,
  optional,
  required,
} from '../grammar.js'
import {
  INTERFACE_NAME,
  KERNEL_RELEASE,
  MAC_ADDRESS,
  SSH_NAME,
  SYSCTL_KEY,
  SYSCTL_VALUE,
  USER_NAME,
} from '../names.js'
import { DROP_CHAINS, DROP_PROTOCOLS, DROP_STATES, PROTOCOLS, ROLES } from '../types.js'
import { address, subnet } from './addresses.js'
import { mtu, port, reference } from './values.js'

const interfaceName = matching(INTERFACE_NAME, toSay`an interface name`)

const networkInterface = object({
  network: optional(
    reference,
    'The network this interface is on. None: a part of a bond, or one that only carries VLANs.',
  ),
  addresses: defaulted(
    oneOrMany(address),
    [],
    "The host's own addresses here, without prefix length: it comes from the network's subnet.",
    { key: 'address' },
  ),
  mac: optional(
    matching(MAC_ADDRESS, toSay`a MAC address such as 02:00:00:00:00:01`),
    'The MAC address, where it matters.',
  ),
  vlan: optional(integer(1, 4094), 'The 802.1Q VLAN this interface tags.'),
  bond: optional(
    listOf(interfaceName),
    'The interfaces of the host this one joins (bonding); those have no network and no address of their own.',
  ),
  mtu: optional(mtu, 'Largest packet in bytes; the network’s when absent.'),
})

const route = object({
  to: required(subnet, 'The destination network.'),
  via: optional(address, 'The next hop; absent: on the link.'),
  interface: optional(interfaceName, 'The interface it leaves by.'),
})

const listen = object({
  address: optional(address, 'The address the service is bound to; absent: every address.'),
  port: required(port, 'The port the service listens on.'),
  protocol: optional(oneOf(PROTOCOLS), 'tcp when absent.'),
})

const drop = object({
  protocol: optional(oneOf(DROP_PROTOCOLS), 'The protocol the firewall refuses; absent: every one.'),
  port: optional(port, 'Only this destination port.'),
  chain: optional(
    oneOf(DROP_CHAINS),
    'input: only what is for the host itself; forward: only what passes through it. Absent: both.',
  ),
  state: optional(
    oneOf(DROP_STATES),
    'Only packets that conntrack calls invalid: what a stateful firewall drops.',
  ),
})

const sysctlValue = matching(SYSCTL_VALUE, toSay`a number or a word`)

export const host = object({
  role: required(oneOf(ROLES), 'What the host is: client, router, director or real-server.'),
  kernel: optional(
    matching(KERNEL_RELEASE, toSay`a kernel release such as 6.1`),
    'The release of its kernel, such as 6.1. Absent: not known, probed before a plan.',
  ),
  ssh: optional(
    object({
      address: optional(
        matching(SSH_NAME, toSay`a host name or address`),
        'Where to connect, if not by the host’s name.',
      ),
      user: optional(matching(USER_NAME, toSay`a user name`), 'The user to log in as.'),
      port: optional(port, '22 when absent.'),
      jump: optional(
        matching(SSH_NAME, toSay`a name from ssh_config`),
        'The jump host, a name from ssh_config.',
      ),
      sudo: optional(boolean, 'Use sudo for what needs root.'),
    }),
    'How to reach the host over SSH: what ~/.ssh/config does not say.',
  ),
  interfaces: defaulted(
    mapOf({ pattern: INTERFACE_NAME, what: toSay`interface` }, networkInterface),
    new Map(),
    'The network interfaces by name.',
  ),
  gateways: optional(
    oneOrMany(address),
    'The default gateway as it is and stays (one a family). Absent: derived from the networks and services.',
    { key: 'gateway' },
  ),
  routes: defaulted(listOf(route), [], 'Static routes as they are and stay.'),
  sysctls: defaulted(
    mapOf({ pattern: SYSCTL_KEY, what: toSay`sysctl` }, sysctlValue),
    new Map(),
    'Kernel settings as they are and stay, such as net.ipv4.ip_forward: 1. Absent ones are derived.',
  ),
  supports: defaulted(
    object({
      ipip: optional(boolean, 'IP in IP.'),
      gre: optional(boolean, 'GRE.'),
      gue: optional(boolean, 'Generic UDP encapsulation.'),
    }),
    { ipip: undefined, gre: undefined, gue: undefined },
    'Which tunnels the host can unpack. Absent: not known, probed before a plan.',
  ),
  listens: optional(
    listOf(listen),
    'What the service is bound to. Absent: every address, at the port it is asked for.',
  ),
  drops: defaulted(listOf(drop), [], 'What the host’s firewall refuses, where it matters.'),
})
