import { spawn } from 'node:child_process'
import { open, readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../core/speech/say.js'
import { consoleEvent, consoleTail, lineReader, type ConsoleEvent } from './console.js'
import type { LabFiles } from './folders.js'
import { LabError } from './lab-error.js'
import { answersSsh } from './loopback.js'
import { endProcess, processMark, type ProcessMark } from './processes.js'
import { machineArguments, type Accelerator, type MachineInput } from './qemu.js'

const STEP_MS = 100
/** KVM that works is in the switch within three seconds; KVM that hangs never is. */
const START_LIMIT_MS: Record<Accelerator, number> = { kvm: 20_000, tcg: 120_000 }
const HOSTS_LIMIT_MS = 60_000
const HOST_LIMIT_MS = 6_000
/** Every question costs an emulated sshd a process. */
const QUESTIONS_AT_ONCE = 8
const ASK_AGAIN_MS = 500

export interface Machine {
  readonly mark: ProcessMark
  readonly accelerator: Accelerator
  /** Sentences about lines of the drawing that the kernel refused. */
  readonly problems: readonly string[]
}

export interface StartOptions {
  readonly files: LabFiles
  readonly input: Omit<MachineInput, 'accelerator'>
  /** By name, in the order of `input.forwards`. */
  readonly hosts: ReadonlyMap<string, { readonly port: number }>
  readonly onProgress: (message: string) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts QEMU so that it outlives this process, and waits until every host answers.
 * @throws LabError `boot-failed` with the end of the console; nothing is left running then
 */
export async function startMachine(accelerator: Accelerator, options: StartOptions): Promise<Machine> {
  const { files, input, signal } = options
  await rm(files.console, { force: true })
  const log = await open(files.qemuLog, 'w', 0o600)
  let ended: string | undefined
  const child = spawn('qemu-system-x86_64', machineArguments({ ...input, accelerator }), {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (status, by) => {
    ended = say`QEMU ended (${by ?? say`status ${status ?? 'unknown'}`})`
  })
  await log.close()
  const mark = child.pid === undefined ? undefined : await processMark(child.pid)
  try {
    const problems = await awaitHosts(accelerator, options, () => ended)
    if (!mark) throw new LabError('boot-failed', say`QEMU could not be started.`)
    child.unref()
    return { mark, accelerator, problems }
  } catch (error) {
    if (mark) await endProcess(mark)
    if (signal?.aborted) throw new LabError('cancelled', say`Cancelled; the lab was taken down again.`)
    if (!(error instanceof LabError)) throw error
    const [qemu, console] = await Promise.all(
      [files.qemuLog, files.console].map((path) => readFile(path, 'latin1').catch(() => '')),
    )
    const said = consoleTail(`${qemu ?? ''}\n${console ?? ''}`)
    throw new LabError(
      error.code,
      said === '' ? error.message : say`${error.message} The last lines were:\n${said}`,
    )
  }
}

async function awaitHosts(
  accelerator: Accelerator,
  { files, hosts, onProgress, signal }: StartOptions,
  ended: () => string | undefined,
): Promise<string[]> {
  const read = lineReader(files.console)
  const begun = Date.now()
  const problems: string[] = []
  const booted: string[] = []
  const answering = new Set<string>()
  const asking = new Map<string, Promise<void>>()
  let started = false
  let deadline = begun + START_LIMIT_MS[accelerator]

  const take = (event: ConsoleEvent): void => {
    if (event.kind === 'failed')
      throw new LabError('boot-failed', say`The lab machine gave up: ${event.message}.`)
    if (event.kind === 'problem') problems.push(`${event.host}: ${event.message}`)
    if (event.kind === 'booted') booted.push(event.host)
    if (event.kind === 'started') {
      started = true
      deadline = Date.now() + HOSTS_LIMIT_MS + HOST_LIMIT_MS * hosts.size
      onProgress(say`the kernel is up, starting the hosts`)
    }
  }
  const ask = async (name: string, port: number): Promise<void> => {
    if (await answersSsh(port)) {
      answering.add(name)
      onProgress(say`${name} is up (${answering.size} of ${hosts.size})`)
    } else {
      await sleep(ASK_AGAIN_MS)
    }
    asking.delete(name)
  }

  onProgress(say`starting the machine (${accelerator === 'kvm' ? 'KVM' : say`software emulation`})`)
  while (answering.size < hosts.size) {
    signal?.throwIfAborted()
    for (const line of await read()) {
      const event = consoleEvent(line)
      if (event) take(event)
    }
    const end = ended()
    if (end !== undefined) throw new LabError('boot-failed', say`The lab machine did not start: ${end}.`)
    for (const name of booted) {
      const port = hosts.get(name)?.port
      if (port === undefined || answering.has(name) || asking.has(name)) continue
      if (asking.size < QUESTIONS_AT_ONCE) asking.set(name, ask(name, port))
    }
    if (Date.now() > deadline)
      throw timeout(
        started,
        [...hosts.keys()].filter((name) => !answering.has(name)),
      )
    await sleep(STEP_MS)
  }
  return problems
}

function timeout(started: boolean, silent: readonly string[]): LabError {
  return new LabError(
    'boot-failed',
    started
      ? say`No answer by SSH from ${silent.join(', ')}. If this computer is very busy, try again.`
      : say`The lab machine did not boot in time. If this computer is very busy, try again.`,
  )
}
