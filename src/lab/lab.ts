import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, freemem } from 'node:os'
import { say } from '../core/speech/say.js'
import { acceleratorMemory } from './accelerator.js'
import { labBegun, labSettled } from './begun-labs.js'
import { claimLab, clearLab, labOwner, labProcess } from './claim.js'
import { cpioArchive } from './cpio.js'
import { cacheFolder, labFiles, labsFolder, type LabFiles } from './folders.js'
import { guestFiles } from './guest-files.js'
import { ensureImage, type LabImage } from './image.js'
import { generateClientKey, generateHostKeys, type HostKeys } from './keys.js'
import { LabError } from './lab-error.js'
import { freePorts } from './loopback.js'
import { startMachine, type Machine, type StartOptions } from './machine.js'
import { chooseManagementNetwork } from './management.js'
import { isAlive } from './processes.js'
import { machineMemory, type Accelerator } from './qemu.js'
import { assertLabSpec, isLabName, type LabSpec } from './spec.js'
import { knownHostsText, sshConfigText, type Reach } from './ssh-config.js'
import { parseLabState, type LabState } from './state.js'
import { requireTools, RUN_TOOLS } from './tools.js'

export interface LabOptions {
  readonly onProgress?: (message: string) => void
  readonly signal?: AbortSignal
  /** Default: the user's cache folder. */
  readonly cache?: string
}
export interface LabUpOptions extends LabOptions {
  /** Addresses and CIDRs that will be used later (VIPs), which the management network must not overlap. */
  readonly avoid?: readonly string[]
  /** The caller takes it down again; until then it goes with this process (`abandonLabs`). */
  readonly passing?: boolean
  /** MiB the machine is given; default: what its hosts need. */
  readonly memory?: number
}

export interface Lab {
  readonly name: string
  readonly directory: string
  /** Path of an ssh_config with a `Host` for every host. */
  readonly sshConfig: string
  readonly hosts: ReadonlyMap<string, { readonly port: number }>
  readonly accelerator: Accelerator
  /** Lines of the drawing that the kernel refused, and other things that are not as drawn; usually empty. */
  readonly problems: readonly string[]
}

export type LabStatus =
  | { readonly name: string; readonly state: 'running'; readonly lab: Lab }
  | { readonly name: string; readonly state: 'starting' | 'stopped' }

/** Name, in the machine's ssh_config, of the machine that carries the hosts. */
export const MACHINE_HOST = 'lab-machine'
/** A port that was free may be taken before QEMU has it. */
const PORT_ATTEMPTS = 3
/** MiB that QEMU itself needs beside what it gives the machine. */
const QEMU_MEMORY = 300
/** More help little: the hosts of a lab are mostly idle. */
const MAX_PROCESSORS = 4

/**
 * Brings up every host of the specification; builds the image first where it is not there yet (once, about
 * a minute). Returns when each host answers by SSH. Whatever fails or is cancelled leaves nothing running.
 * @throws LabError
 */
export async function labUp(spec: LabSpec, options: LabUpOptions = {}): Promise<Lab> {
  assertLabSpec(spec)
  await requireTools(RUN_TOOLS)
  await requireMemory(spec.hosts.length, options.memory)
  const cache = options.cache ?? cacheFolder()
  const onProgress = options.onProgress ?? (() => undefined)
  const { signal } = options
  const files = await claimLab(cache, spec.name)
  labBegun(files)
  try {
    const image = await ensureImage({ cache, onProgress, signal })
    const accelerators = await acceleratorMemory(cache, signal)
    for (let attempt = 1; ; attempt += 1) {
      const prepared = await prepare(spec, files, image, { ...options, onProgress })
      try {
        const machine = await startOnWhatWorks(accelerators.order, prepared)
        if (accelerators.order.length > 1) await accelerators.remember(machine.accelerator)
        const lab = await complete(spec, files, prepared, machine)
        if (options.passing !== true) labSettled(files)
        return lab
      } catch (error) {
        const portTaken = error instanceof LabError && error.message.includes('host forwarding rule')
        if (!portTaken || attempt >= PORT_ATTEMPTS) throw error
      }
    }
  } catch (error) {
    await clearLab(files)
    if (signal?.aborted) throw new LabError('cancelled', say`Cancelled; nothing of the lab is left running.`)
    throw error
  }
}

/** Takes a lab down and removes its folder. @returns whether there was one */
export async function labDown(name: string, options: LabOptions = {}): Promise<boolean> {
  assertLabName(name)
  const files = labFiles(options.cache ?? cacheFolder(), name)
  const owner = await labOwner(files)
  if (owner && owner.pid !== process.pid && (await isAlive(owner))) {
    throw new LabError(
      'already-running',
      say`The lab '${name}' is being started by process ${owner.pid}. Wait for it or interrupt it (Ctrl+C), it takes down what it started.`,
    )
  }
  return clearLab(files)
}

/** One lab, or all there are. A lab that nobody started is `stopped`. */
export async function labStatus(name?: string, options: LabOptions = {}): Promise<LabStatus[]> {
  const cache = options.cache ?? cacheFolder()
  if (name !== undefined) assertLabName(name)
  const names = name === undefined ? await labNames(cache) : [name]
  return Promise.all(names.map((each) => statusOf(each, labFiles(cache, each))))
}

async function labNames(cache: string): Promise<string[]> {
  const entries = await readdir(labsFolder(cache)).catch(() => [])
  return entries.filter(isLabName).sort()
}

async function statusOf(name: string, files: LabFiles): Promise<LabStatus> {
  const state = parseLabState(await readFile(files.state, 'utf8').catch(() => ''))
  if (state && (await labProcess(files))) return { name, state: 'running', lab: labOf(name, files, state) }
  const owner = await labOwner(files)
  return { name, state: owner && (await isAlive(owner)) ? 'starting' : 'stopped' }
}

function labOf(name: string, files: LabFiles, state: LabState): Lab {
  return {
    name,
    directory: files.directory,
    sshConfig: files.sshConfig,
    hosts: new Map(state.hosts.map((host) => [host.name, { port: host.port }])),
    accelerator: state.accelerator,
    problems: state.problems,
  }
}

/** Writes everything the machine and ssh need. */
async function prepare(
  spec: LabSpec,
  files: LabFiles,
  image: LabImage,
  options: LabUpOptions & { onProgress: (message: string) => void },
): Promise<StartOptions> {
  const { signal, onProgress } = options
  const management = chooseManagementNetwork(spec, options.avoid)
  const clientKey = await generateClientKey(files.identity, `lvs-designer lab ${spec.name}`, signal)
  const machineKeys = await generateHostKeys(MACHINE_HOST, files.directory, signal)
  const keys: HostKeys[] = []
  for (const { name } of spec.hosts) keys.push(await generateHostKeys(name, files.directory, signal))
  const [machinePort, ...ports] = await freePorts(spec.hosts.length + 1)
  if (machinePort === undefined) throw new Error('keys and ports are made for the machine too')
  const hostKeys = new Map<string, HostKeys>()
  const reaches = spec.hosts.flatMap(({ name }, index): Reach[] => {
    const [port, key] = [ports[index], keys[index]]
    if (port === undefined || !key) return []
    hostKeys.set(name, key)
    return [{ name, port, publicKey: key.publicKey }]
  })
  const machine: Reach = { name: MACHINE_HOST, port: machinePort, publicKey: machineKeys.publicKey }

  const archive = cpioArchive(guestFiles({ spec, management, clientKey, machineKeys, hostKeys }))
  const ssh = { identity: files.identity, knownHosts: files.knownHosts }
  const secret = { mode: 0o600 }
  await Promise.all([
    // The kernel unpacks one archive after the other.
    writeFile(files.initrd, Buffer.concat([archive, await readFile(image.initramfs)]), secret),
    writeFile(files.spec, JSON.stringify(spec, null, 2), secret),
    writeFile(files.sshConfig, sshConfigText(reaches, ssh), secret),
    writeFile(files.machineConfig, sshConfigText([machine], ssh), secret),
    writeFile(files.knownHosts, knownHostsText([...reaches, machine]), secret),
  ])
  return {
    files,
    hosts: new Map(reaches.map(({ name, port }) => [name, { port }])),
    onProgress,
    signal,
    input: {
      name: spec.name,
      memory: options.memory ?? machineMemory(spec.hosts.length),
      processors: Math.min(MAX_PROCESSORS, availableParallelism()),
      kernel: image.kernel,
      initrd: files.initrd,
      disk: image.disk,
      console: files.console,
      pidFile: files.qemuPid,
      mac: management.macs[0] ?? '',
      management,
      forwards: [
        { port: machinePort, address: management.machine },
        ...reaches.map(({ port }, index) => ({ port, address: management.hosts[index] ?? '' })),
      ],
    },
  }
}

async function startOnWhatWorks(order: readonly Accelerator[], options: StartOptions): Promise<Machine> {
  for (const accelerator of order.slice(0, -1)) {
    try {
      return await startMachine(accelerator, options)
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'boot-failed') throw error
      options.onProgress(say`${accelerator.toUpperCase()} does not work here, going on without it`)
    }
  }
  return startMachine(order.at(-1) ?? 'tcg', options)
}

async function complete(
  spec: LabSpec,
  files: LabFiles,
  prepared: StartOptions,
  machine: Machine,
): Promise<Lab> {
  const state: LabState = {
    accelerator: machine.accelerator,
    problems: machine.problems,
    hosts: [...prepared.hosts].map(([name, { port }]) => ({ name, port })),
  }
  await writeFile(files.state, JSON.stringify(state), { mode: 0o600 })
  // Read by QEMU at its start; it holds the hosts' private keys.
  await rm(files.initrd, { force: true })
  await rm(files.owner, { force: true })
  return labOf(spec.name, files, state)
}

async function requireMemory(hosts: number, memory = machineMemory(hosts)): Promise<void> {
  const needed = memory + QEMU_MEMORY
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const kibibytes = /^MemAvailable: +(\d+) kB/m.exec(text)?.[1]
  const available = Math.floor(kibibytes === undefined ? freemem() / 1024 ** 2 : Number(kibibytes) / 1024)
  if (available >= needed) return
  throw new LabError(
    'not-enough-memory',
    say`A lab of ${hosts} hosts needs ${needed} MiB of memory, and ${available} MiB are available. Close something, take down another lab (lvs-designer lab status), or draw fewer hosts.`,
  )
}

function assertLabName(name: string): void {
  if (!isLabName(name)) throw new LabError('invalid-spec', say`'${name}' is not the name of a lab.`)
}
