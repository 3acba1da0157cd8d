export type Accelerator = 'kvm' | 'tcg'

export interface MachineInput {
  readonly name: string
  readonly accelerator: Accelerator
  /** MiB */
  readonly memory: number
  readonly processors: number
  readonly kernel: string
  readonly initrd: string
  readonly disk: string
  readonly console: string
  readonly pidFile: string
  readonly mac: string
  readonly management: { readonly subnet: string; readonly gateway: string }
  readonly forwards: readonly { readonly port: number; readonly address: string }[]
}

const KERNEL_ARGUMENTS = [
  'console=ttyS0',
  'quiet',
  'panic=1',
  // The machine's only network card is eth0, whatever its slot.
  'net.ifnames=0',
  // Nothing secret lives in a lab, and each of these costs on an emulated processor.
  'mitigations=off',
  'nokaslr',
  'audit=0',
  'lsm=capability',
  'init_on_alloc=0',
  'random.trust_cpu=on',
  // An emulated timer on a busy computer ticks late, and the kernel would take it for broken and panic.
  'no_timer_check',
  // Two megabytes to be cleared where a program asks for a page.
  'transparent_hugepage=never',
  // The same program at the same addresses in every process: QEMU translates its code once for all hosts.
  'norandmaps',
]
/** Everything QEMU knows, but for what is dear only where it is emulated. */
const EMULATED_PROCESSOR = [
  'max',
  // Five-level page tables are walked level by level.
  'la57=off',
  // Whoever has it copies and clears byte by byte, in a loop of as many rounds.
  'erms=off',
  // Each opens and closes the way into a program's memory, and ends what was translated in one piece.
  'smap=off',
]
const MACHINE_MEMORY = 512
const HOST_MEMORY = 32

/** MiB that a lab of so many hosts is given: their processes and everything they write. */
export function machineMemory(hosts: number): number {
  return MACHINE_MEMORY + HOST_MEMORY * hosts
}

/** The arguments of qemu-system-x86_64. Paths are absolute. */
export function machineArguments(input: MachineInput): string[] {
  const { accelerator, management } = input
  const forwards = input.forwards.map(({ port, address }) => `hostfwd=tcp:127.0.0.1:${port}-${address}:22`)
  return [
    ...['-name', escaped(`lvs-lab-${input.name}`)],
    ...['-no-user-config', '-nodefaults', '-no-reboot', '-display', 'none', '-monitor', 'none'],
    ...['-machine', 'pc'],
    ...(accelerator === 'kvm'
      ? ['-accel', 'kvm', '-cpu', 'host']
      : ['-accel', 'tcg,thread=multi,tb-size=256', '-cpu', EMULATED_PROCESSOR.join(',')]),
    ...['-smp', String(input.processors), '-m', String(input.memory)],
    ...['-kernel', input.kernel, '-initrd', input.initrd, '-append', KERNEL_ARGUMENTS.join(' ')],
    // Read-only: any number of labs share it.
    ...['-drive', `file=${escaped(input.disk)},format=raw,if=none,id=image,readonly=on`],
    ...['-device', 'virtio-blk-pci,drive=image'],
    // restrict: the hosts reach nothing but each other. No IPv6, or QEMU would advertise itself as a router.
    ...[
      '-netdev',
      ['user', 'id=management', 'restrict=on', 'ipv6=off']
        .concat(`net=${management.subnet}`, `host=${management.gateway}`, ...forwards)
        .join(','),
    ],
    ...['-device', `virtio-net-pci,netdev=management,mac=${input.mac},romfile=`],
    ...['-device', 'virtio-rng-pci'],
    ...['-serial', `file:${escaped(input.console)}`],
    ...['-pidfile', input.pidFile],
  ]
}

/** A comma separates QEMU's options unless doubled. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,')
}
