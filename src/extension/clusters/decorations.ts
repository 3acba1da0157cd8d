import { FileDecoration, ThemeColor, Uri, window } from 'vscode'
import type { Disposable } from 'vscode'
import type { Part } from './parts.js'
import { inWords, worstOf } from './severities.js'

/** Of addresses that stand for nothing but what is to be seen at them. */
const SCHEME = 'lvs-designer-part'

const COLOUR = {
  error: 'list.errorForeground',
  warning: 'list.warningForeground',
  information: undefined,
  hint: undefined,
} as const

/** The address of a part that has findings, under which VS Code asks how to decorate it. */
export function decoratedUri({ findings }: Part): Uri | undefined {
  const worst = worstOf(findings)
  if (worst === undefined) return undefined
  const query = JSON.stringify({ worst, count: findings.length, words: inWords(findings) })
  return Uri.from({ scheme: SCHEME, path: '/', query })
}

export function registerDecorations(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme, query }) => {
      if (scheme !== SCHEME) return undefined
      const { worst, count, words } = JSON.parse(query) as {
        worst: keyof typeof COLOUR
        count: number
        words: string
      }
      const colour = COLOUR[worst]
      return new FileDecoration(
        count > 9 ? '9+' : String(count),
        words,
        colour === undefined ? undefined : new ThemeColor(colour),
      )
    },
  })
}
