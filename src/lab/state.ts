import type { Accelerator } from './qemu.js'

/** What is remembered of a running lab in its folder. */
export interface LabState {
  readonly accelerator: Accelerator
  readonly problems: readonly string[]
  readonly hosts: readonly { readonly name: string; readonly port: number }[]
}

/** Undefined where the text is none, as in a folder of another version. */
export function parseLabState(text: string): LabState | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLabState(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isLabState(value: unknown): value is LabState {
  if (typeof value !== 'object' || value === null) return false
  if (!('accelerator' in value && 'problems' in value && 'hosts' in value)) return false
  const { accelerator, problems, hosts } = value
  return (
    (accelerator === 'kvm' || accelerator === 'tcg') &&
    Array.isArray(problems) &&
    problems.every((problem) => typeof problem === 'string') &&
    Array.isArray(hosts) &&
    hosts.every(isHost)
  )
}

function isHost(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'port' in value &&
    typeof value.port === 'number'
  )
}
