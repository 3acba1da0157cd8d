import type { ArchiveEntry } from './cpio.js'
import answer from './guest/answer.pl'
import bootHost from './guest/boot-host.sh'
import enterHost from './guest/enter-host.sh'
import hostPower from './guest/host.sh'
import init from './guest/init.sh'
import offload from './guest/offload.pl'
import switchBoot from './guest/switch.sh'
import type { HostKeys } from './keys.js'
import type { ManagementNetwork } from './management.js'
import { hostNetwork, wiring } from './wiring.js'
import { DROP_CHAINS } from '../core/topology/types.js'
import {
  MANAGEMENT_INTERFACE,
  protocolNumber,
  sysctlPath,
  type LabDrop,
  type LabHost,
  type LabSpec,
} from './spec.js'

/** Loaded before the hosts exist; a fallback device such as tunl0 is only made in namespaces that come later. */
const MODULES = [
  ...['bridge', 'veth', 'virtio_net', 'virtio_rng', 'dummy', 'nf_conntrack', 'nf_tables', 'nft_ct'],
  ...['ipip', 'ip6_tunnel', 'sit', 'ip_gre', 'ip6_gre', 'fou', 'fou6', 'ip_vs'],
  ...['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh'].map(
    (s) => `ip_vs_${s}`,
  ),
]

/** The account for tests of sudo; finish-image.sh makes it. */
export const OPERATOR = 'ops'
const OPERATOR_ID = 1000

const SSHD_CONFIG = `HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
UsePAM no
PrintMotd no
PrintLastLog no
# The post-quantum exchange is the default and takes seconds on an emulated processor.
KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256
Subsystem sftp /usr/lib/openssh/sftp-server
`

const FSTAB = `proc /proc proc nosuid,nodev,noexec 0 0
sys /sys sysfs nosuid,nodev,noexec 0 0
run /run tmpfs nosuid,nodev,mode=0755 0 0
tmp /tmp tmpfs nosuid,nodev,mode=1777 0 0
devpts /dev/pts devpts gid=5,mode=0620,newinstance,ptmxmode=0666 0 0
shm /dev/shm tmpfs nosuid,nodev,mode=1777 0 0
`

// -r: it forks for a connection and does not start itself anew, which would be a third of what a handshake costs.
const SSHD = '::respawn:/usr/sbin/sshd -D -r\n'
const SYSLOG = '::respawn:/bin/busybox syslogd -n -O /var/log/syslog\n'
const LAB = 'usr/lib/lvs-lab'
const CONF = 'etc/lvs-lab'

export interface GuestInput {
  readonly spec: LabSpec
  readonly management: ManagementNetwork
  /** A line of authorized_keys. */
  readonly clientKey: string
  readonly machineKeys: HostKeys
  readonly hostKeys: ReadonlyMap<string, HostKeys>
}

/**
 * All that a lab adds to the image, as entries of its initramfs. `lab/common` and `lab/hosts/NAME/layer`
 * are layers of the hosts' root file systems: nothing needs to be copied when a host starts.
 */
export function guestFiles({
  spec,
  management,
  clientKey,
  machineKeys,
  hostKeys,
}: GuestInput): ArchiveEntry[] {
  const wires = wiring(spec, management)
  return [
    script('init', init),
    { path: 'dev/console', mode: 0o600, content: { kind: 'device', major: 5, minor: 1 } },
    script('lab/bin/switch', switchBoot),
    script('lab/bin/host', hostPower),
    script('lab/bin/enter-host', enterHost),
    script('lab/bin/offload.pl', offload),
    file('lab/switch/modules', `${MODULES.join('\n')}\n`),
    file('lab/switch/wire', wires.switchWire),
    file('lab/switch/hosts', spec.hosts.map(({ name }) => `${name}\n`).join('')),
    ...under('lab/switch/layer', [
      ...identity('lab-machine', clientKey, machineKeys),
      file('etc/inittab', `::sysinit:/lab/bin/switch\n${SSHD}`),
    ]),
    ...under('lab/common', commonLayer()),
    ...spec.hosts.flatMap((host, index) => {
      const keys = hostKeys.get(host.name)
      const wire = wires.hosts[index]
      const address = management.hosts[index]
      if (!keys || !wire || address === undefined) return []
      return under(`lab/hosts/${host.name}`, [
        file('wire', wire.wire),
        file('plug', wire.plug),
        file('offload', wire.offload),
        ...under('layer', [...identity(host.name, clientKey, keys), ...pins(host, address)]),
      ])
    }),
  ]
}

function commonLayer(): ArchiveEntry[] {
  const devices = { null: 3, zero: 5, full: 7, random: 8, urandom: 9 }
  const programs = ['init', 'reboot', 'poweroff', 'halt']
  return [
    ...Object.entries(devices).map(([name, minor]) => device(`dev/${name}`, 1, minor)),
    device('dev/tty', 5, 0),
    link('dev/ptmx', 'pts/ptmx'),
    link('dev/fd', '/proc/self/fd'),
    link('dev/stdin', '/proc/self/fd/0'),
    link('dev/stdout', '/proc/self/fd/1'),
    link('dev/stderr', '/proc/self/fd/2'),
    folder('dev/pts'),
    folder('dev/shm', 0o1777),
    // The machine's init and the hosts' is busybox; a later service manager replaces one link.
    ...programs.map((name) => link(`usr/sbin/${name}`, '/bin/busybox')),
    file('etc/fstab', FSTAB),
    file('etc/resolv.conf', ''),
    file('etc/ssh/sshd_config', SSHD_CONFIG),
    { ...file(`etc/sudoers.d/${OPERATOR}`, `${OPERATOR} ALL=(ALL:ALL) NOPASSWD: ALL\n`), mode: 0o440 },
    script(`${LAB}/boot-host`, bootHost),
    script(`${LAB}/answer.pl`, answer),
  ]
}

function identity(name: string, clientKey: string, keys: HostKeys): ArchiveEntry[] {
  return [
    file('etc/hostname', `${name}\n`),
    file('etc/hosts', `127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.1.1 ${name}\n`),
    { ...file('etc/ssh/ssh_host_ed25519_key', keys.privateKey), mode: 0o600 },
    file('etc/ssh/ssh_host_ed25519_key.pub', `${keys.publicKey}\n`),
    folder('root', 0o700),
    folder('root/.ssh', 0o700),
    { ...file('root/.ssh/authorized_keys', `${clientKey}\n`), mode: 0o600 },
    { ...folder(`home/${OPERATOR}`, 0o755), owner: OPERATOR_ID },
    { ...folder(`home/${OPERATOR}/.ssh`, 0o700), owner: OPERATOR_ID },
    { ...file(`home/${OPERATOR}/.ssh/authorized_keys`, `${clientKey}\n`), mode: 0o600, owner: OPERATOR_ID },
  ]
}

function pins(host: LabHost, managementAddress: string): ArchiveEntry[] {
  const listens = host.listens.map(({ protocol, address, port }) => `${protocol} ${address ?? '*'} ${port}\n`)
  const demo = `::respawn:/usr/bin/perl /${LAB}/answer.pl /${CONF}/listens\n`
  return [
    file('etc/inittab', `::sysinit:/${LAB}/boot-host\n${SSHD}${SYSLOG}${listens.length > 0 ? demo : ''}`),
    file(`${CONF}/sysctls`, sysctlLines(host)),
    file(`${CONF}/network`, hostNetwork(host, managementAddress)),
    file(`${CONF}/drops`, dropRules(host.drops)),
    file(`${CONF}/listens`, listens.join('')),
  ]
}

/** `PATH VALUE` lines. Forwarding goes first: writing it resets other values of the same host. */
export function sysctlLines(host: Pick<LabHost, 'sysctls'>): string {
  const written = host.sysctls.map(([key, value]) => [sysctlPath(key) ?? '', value] as const)
  const rank = (path: string): number => (/(?:\/ip_forward|\/all\/forwarding)$/.test(path) ? 0 : 1)
  return [...written]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([path, value]) => `${path} ${value}\n`)
    .join('')
}

/** An nftables file; never on the management interface, and no table at all where nothing is dropped. */
export function dropRules(drops: readonly LabDrop[]): string {
  if (drops.length === 0) return ''
  const chains = DROP_CHAINS.map((chain) => {
    const rules = drops.filter((drop) => drop.chain === undefined || drop.chain === chain).map(dropRule)
    return `  chain ${chain} {
    type filter hook ${chain} priority filter; policy accept;
    iifname { "lo", "${MANAGEMENT_INTERFACE}" } accept
${rules.join('')}  }
`
  })
  return `table inet drawn_firewall {
${chains.join('')}}
`
}

function dropRule({ protocol, port, state }: LabDrop): string {
  const words = [
    ...(protocol === undefined ? [] : [`meta l4proto ${protocolNumber(protocol) ?? ''}`]),
    ...(port === undefined ? [] : [`th dport ${port}`]),
    ...(state === undefined ? [] : [`ct state ${state}`]),
  ]
  return `    ${words.join(' ')} drop\n`
}

function file(path: string, text: string): ArchiveEntry {
  return { path, content: { kind: 'file', text } }
}

function script(path: string, text: string): ArchiveEntry {
  return { ...file(path, text), mode: 0o755 }
}

function folder(path: string, mode = 0o755): ArchiveEntry {
  return { path, mode, content: { kind: 'folder' } }
}

function link(path: string, target: string): ArchiveEntry {
  return { path, content: { kind: 'link', target } }
}

function device(path: string, major: number, minor: number): ArchiveEntry {
  return { path, content: { kind: 'device', major, minor } }
}

function under(path: string, entries: readonly ArchiveEntry[]): ArchiveEntry[] {
  return entries.map((entry) => ({ ...entry, path: `${path}/${entry.path}` }))
}
