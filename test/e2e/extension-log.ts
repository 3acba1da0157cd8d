import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { VsCodeServer } from '../../scripts/vscode.mjs'

/** The output channel "LVS Designer", which VS Code keeps in a file; empty while nothing has been said. */
export async function extensionLog({ data }: VsCodeServer): Promise<string> {
  const logs = join(data, 'data', 'logs')
  const names = await readdir(logs, { recursive: true })
  const texts = await Promise.all(
    names
      .filter((name) => /(^|[/-])LVS Designer\.log$/.test(name))
      .sort()
      .map((name) => readFile(join(logs, name), 'utf8')),
  )
  return texts.join('')
}
