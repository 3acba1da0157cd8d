import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The path of the extension as `npm run package` makes it. */
export function packagedFile() {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
  return resolve(`${name}-${version}.vsix`)
}
