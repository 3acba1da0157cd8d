import { readFileSync, rmSync } from 'node:fs'
import type { LabFiles } from './folders.js'

/** Labs that this process has begun and neither handed over nor taken down. */
const begun = new Map<string, LabFiles>()

export function labBegun(files: LabFiles): void {
  begun.set(files.directory, files)
}

/** It is up and stays, or is gone. */
export function labSettled(files: LabFiles): void {
  begun.delete(files.directory)
}

/** At once and without waiting for anything: for a process that is made to end. */
export function abandonLabs(): void {
  for (const files of begun.values()) {
    try {
      const pid = Number(readFileSync(files.qemuPid, 'utf8'))
      // As processes.ts tells ours from one that has its number.
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(files.qemuPid))
        process.kill(pid, 'SIGKILL')
    } catch {
      // It has not started yet, or has ended.
    }
    rmSync(files.directory, { recursive: true, force: true })
  }
  begun.clear()
}
