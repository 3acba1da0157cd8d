/** Of the person's own machine, as far as can be told: VS Code says only where the extension runs. */
export function isMac(): boolean {
  const { navigator, process } = globalThis as {
    readonly navigator?: { readonly userAgent?: string }
    readonly process?: { readonly platform?: string }
  }
  return process?.platform === 'darwin' || (navigator?.userAgent ?? '').includes('Mac')
}

const NAMES: Readonly<Record<string, string>> = {
  ctrl: 'Ctrl',
  alt: 'Alt',
  shift: 'Shift',
  cmd: '⌘',
  left: 'Left',
  right: 'Right',
  up: 'Up',
  down: 'Down',
}

/** `alt+shift+a` as people read it: `Alt+Shift+A`. On a Mac Ctrl is Command, where we say nothing else. */
export function shownKeys(keys: string, mac: boolean): string {
  const named = keys
    .split('+')
    .map((key) => NAMES[key] ?? (/^[a-z]$|^f\d+$/.test(key) ? key.toUpperCase() : key))
    .join('+')
  return mac ? named.replace(/Ctrl/g, '⌘').replace(/\bAlt\b/g, '⌥') : named
}
