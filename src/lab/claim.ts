import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { say } from '../core/speech/say.js'
import { labSettled } from './begun-labs.js'
import { labFiles, type LabFiles } from './folders.js'
import { LabError } from './lab-error.js'
import { folderOwner, takeFolder } from './owned-folder.js'
import { endProcess, isAlive, ownProcess, type ProcessMark } from './processes.js'

/** The QEMU process of a lab, if there is one and it is ours. */
export function labProcess(files: LabFiles): Promise<ProcessMark | undefined> {
  return ownProcess(files.qemuPid, files.qemuPid)
}

/**
 * Makes the lab's folder ours. A folder whose maker died is taken down and taken over.
 * @throws LabError `already-running`
 */
export async function claimLab(cache: string, name: string): Promise<LabFiles> {
  const files = labFiles(cache, name)
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await takeFolder(files.directory)) return files
    await refuseOrClear(files, name)
  }
  throw new LabError(
    'already-running',
    say`The lab '${name}' is being started by somebody else at this moment.`,
  )
}

async function refuseOrClear(files: LabFiles, name: string): Promise<void> {
  const owner = await labOwner(files)
  if (owner && (await isAlive(owner))) {
    throw new LabError(
      'already-running',
      say`The lab '${name}' is being started by process ${owner.pid}. Wait for it.`,
    )
  }
  const complete = (await readFile(files.state, 'utf8').catch(() => '')) !== ''
  if (complete && (await labProcess(files))) {
    throw new LabError(
      'already-running',
      say`The lab '${name}' is running. Use it (lvs-designer lab ssh), or take it down first (lvs-designer lab down).`,
    )
  }
  await clearLab(files)
}

/** Ends the lab's machine and removes its folder. @returns whether there was anything */
export async function clearLab(files: LabFiles): Promise<boolean> {
  const machine = await labProcess(files)
  if (machine) await endProcess(machine)
  // Renamed first: nobody sees half a lab, and a lab of the same name can start at once.
  const doomed = join(files.directory, '..', `.old-${process.pid}-${Date.now()}`)
  try {
    await rename(files.directory, doomed)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return machine !== undefined
    throw error
  }
  await rm(doomed, { recursive: true, force: true })
  labSettled(files)
  return true
}

/** Who is starting the lab, as long as it is not complete. */
export function labOwner(files: LabFiles): Promise<ProcessMark | undefined> {
  return folderOwner(files.directory)
}
