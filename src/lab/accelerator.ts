import { access, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { join } from 'node:path'
import type { Accelerator } from './qemu.js'
import { run } from './run.js'

/**
 * Whether KVM works cannot be told from its device node (a nested machine may have one that hangs), only
 * by booting. What came of it is remembered for this QEMU on this kernel.
 */
export interface AcceleratorMemory {
  readonly order: readonly Accelerator[]
  remember(accelerator: Accelerator): Promise<void>
}

export async function acceleratorMemory(cache: string, signal?: AbortSignal): Promise<AcceleratorMemory> {
  const path = join(cache, 'accelerator.json')
  const version = (await run('qemu-system-x86_64', ['--version'], { signal })).split('\n')[0] ?? ''
  const key = `${version} on ${release()}`
  const remember = async (accelerator: Accelerator): Promise<void> => {
    await mkdir(cache, { recursive: true, mode: 0o700 })
    await writeFile(`${path}.${process.pid}`, JSON.stringify({ key, accelerator }))
    await rename(`${path}.${process.pid}`, path)
  }
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )
  const known = remembered(await readFile(path, 'utf8').catch(() => ''), key)
  return { order: usable && known !== 'tcg' ? ['kvm', 'tcg'] : ['tcg'], remember }
}

function remembered(text: string, key: string): Accelerator | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('key' in value) || !('accelerator' in value))
      return undefined
    if (value.key !== key) return undefined
    return value.accelerator === 'kvm' || value.accelerator === 'tcg' ? value.accelerator : undefined
  } catch {
    return undefined
  }
}
