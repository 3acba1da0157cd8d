import { readFileSync, readdirSync } from 'node:fs'
import { speak } from './say.js'

/** As in a VS Code that is in Simplified Chinese. */
export function speakChinese(): void {
  const folder = 'l10n/zh-cn'
  const catalogues = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Record<string, string>,
  )
  speak({ tag: 'zh-CN', texts: Object.assign({}, ...catalogues) as Record<string, string> })
}
