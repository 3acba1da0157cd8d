// Types of vscode.mjs, for the tests.

/** Of which VS Code versions there is a folder test/e2e/vscode-VERSION. */
export const VSCODE_VERSIONS: readonly string[]

export interface InstalledVsCode {
  readonly version: string
  /** The Node it runs on. */
  readonly node: string
  readonly serverMain: string
}

export function installVsCode(version: string): InstalledVsCode

export interface StartVsCode {
  readonly version: string
  /** .vsix files to install, and folders with an extension each. */
  readonly extensions?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
  /** Added to the environment of the server and of the extensions in it. */
  readonly environment?: Readonly<Record<string, string>>
  /** Default: any that is free. */
  readonly port?: number
}

export type Payload = readonly (readonly [string, string])[]

export interface VsCodeServer {
  readonly version: string
  readonly port: number
  readonly data: string
  readonly extensionsFolder: string
  /** Takes effect while VS Code runs. */
  readonly changeSettings: (changes: Readonly<Record<string, unknown>>) => void
  /** The address of a workspace folder (an absolute path). It has the server's secret in it. */
  readonly address: (workspace: string, payload?: Payload) => string
  /** A path as the workbench names it. */
  readonly remote: (path: string) => string
  /** The last lines of what the server said. */
  readonly said: () => string
  /** Ends the server with all its processes and removes its data. */
  readonly stop: () => Promise<void>
}

export function startVsCode(options: StartVsCode): Promise<VsCodeServer>
