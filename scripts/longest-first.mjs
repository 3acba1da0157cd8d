import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { BaseSequencer } from 'vitest/node'

/**
 * A sequencer of Vitest that begins with these files, so that no processor idles at the end while another one is still at
 * the longest. The others follow in Vitest's own order.
 */
export function longestFirst(...files) {
  const longest = files.map((file) => resolve(file))
  for (const file of longest) if (!existsSync(file)) throw new Error(`longestFirst: there is no ${file}`)
  return class extends BaseSequencer {
    async sort(specifications) {
      const place = ({ moduleId }) =>
        longest.includes(moduleId) ? longest.indexOf(moduleId) : longest.length
      return (await super.sort(specifications)).sort((a, b) => place(a) - place(b))
    }
  }
}
