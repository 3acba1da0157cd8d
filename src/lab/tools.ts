import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { say } from '../core/speech/say.js'
import { LabError } from './lab-error.js'

/** Programs of this machine that the lab runs, and the Debian packages that bring them. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['mmdebstrap', 'mmdebstrap'],
  ['mke2fs', 'e2fsprogs'],
  ['unshare', 'util-linux'],
  ['dpkg-deb', 'dpkg'],
  ['apt-get', 'apt'],
  ['newuidmap', 'uidmap'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
])

export const RUN_TOOLS = ['qemu-system-x86_64', 'ssh-keygen'] as const
export const BUILD_TOOLS = ['mmdebstrap', 'mke2fs', 'unshare', 'dpkg-deb', 'apt-get'] as const
/** Folders with tools of the administrator that a user's PATH may lack. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin']

export function searchPath(env: NodeJS.ProcessEnv): string {
  const own = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...own, ...MORE_FOLDERS.filter((folder) => !own.includes(folder))].join(delimiter)
}

export function missingToolMessage(programs: readonly string[]): string {
  const packages = [...new Set(programs.map((program) => PACKAGES.get(program) ?? program))]
  const list =
    programs.length === 1
      ? say`the program ${programs.join('')}`
      : say`these programs: ${programs.join(', ')}`
  return say`The lab needs ${list}, not found here. On Debian or Ubuntu install with:\n  sudo apt-get install --no-install-recommends ${packages.join(' ')}`
}

/** @throws LabError naming every missing program and the packages to install */
export async function requireTools(
  programs: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const found = await Promise.all(programs.map((program) => isProgram(program, env)))
  const missing = programs.filter((_, index) => found[index] !== true)
  if (missing.length > 0) throw new LabError('missing-tool', missingToolMessage(missing))
}

async function isProgram(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const folder of searchPath(env).split(delimiter)) {
    try {
      await access(join(folder, program), constants.X_OK)
      return true
    } catch {
      // The next folder may have it.
    }
  }
  return false
}
