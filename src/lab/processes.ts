import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of this machine; the start time tells it from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number
  /** Clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly started: string
}

export async function processMark(pid: number): Promise<ProcessMark | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything; the fields after it are counted from 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, threads, started] = [fields[0], Number(fields[17]), fields[19]]
    // What ended and was not waited for is still listed, as a zombie; with threads it is still ending.
    const dead = state === 'X' || (state === 'Z' && threads <= 1)
    return started === undefined || dead ? undefined : { pid, started }
  } catch {
    return undefined
  }
}

export async function isAlive(mark: ProcessMark): Promise<boolean> {
  return (await processMark(mark.pid))?.started === mark.started
}

/** The process whose number a file holds, if its command line carries this exact argument: else it is not ours. */
export async function ownProcess(pidFile: string, argument: string): Promise<ProcessMark | undefined> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).trim())
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  const mark = await processMark(pid)
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.split('\0').includes(argument) ? mark : undefined
}

const POLITE_MS = 5_000
const STEP_MS = 50

/** Ends a process and waits until it is gone. */
export async function endProcess(mark: ProcessMark): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', POLITE_MS],
    ['SIGKILL', POLITE_MS],
  ] as const) {
    if (!(await isAlive(mark))) return
    try {
      process.kill(mark.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw error
    }
    for (let waited = 0; waited < patience && (await isAlive(mark)); waited += STEP_MS) await sleep(STEP_MS)
  }
}
