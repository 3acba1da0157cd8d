// The README for whoever has the extension and not the repository: VS Code shows it by itself, so that neither another
// file nor a picture beside it can be reached from it. It is in both languages, as there is one for everybody.
import { readFileSync } from 'node:fs'

const REPOSITORY_ONLY = /<!-- repository only -->[^]*?<!-- \/repository only -->\n*/g
/** Links and pictures of Markdown, but those to the web and within the page. */
const BESIDE = /\]\((?!https:|#)[^)]*\)/g

/** @throws Error where something is left that leads to another file */
export function packagedReadme() {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map((file) => {
    const text = readFileSync(file, 'utf8').replace(REPOSITORY_ONLY, '')
    const [beside] = text.replace(/`[^`\n]*`/g, '').match(BESIDE) ?? []
    if (beside !== undefined)
      throw new Error(
        `${file} leads to another file, which nobody can open who has the extension only: ${beside}`,
      )
    return text.trimEnd()
  })
  const title = /^# .*\n/
  return `${english.replace(title, (line) => `${line}\n简体中文的说明在英文之后。\n`)}\n\n---\n\n${chinese}\n`
}
