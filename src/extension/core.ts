import type * as Core from './core-bundle.js'

let loading: Promise<typeof Core> | undefined

/** The core, loaded when it is first asked for. */
export function loadCore(): Promise<typeof Core> {
  loading ??= import('./core-bundle.js')
  return loading
}
