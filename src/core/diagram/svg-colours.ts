/** What the colours of an exported drawing follow: always light or dark, or whatever its reader prefers. */
export const DRAWING_THEMES = ['auto', 'light', 'dark'] as const
export type DrawingTheme = (typeof DRAWING_THEMES)[number]

interface Colours {
  readonly paper: string
  readonly card: string
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly client: string
  readonly router: string
  readonly director: string
  readonly 'real-server': string
  readonly nat: string
  readonly tun: string
  readonly dr: string
  readonly error: string
  readonly warning: string
  readonly information: string
  readonly hint: string
}

/** Those of VS Code's own light and dark themes, a little stronger where paper is white. */
const COLOURS: Readonly<Record<'light' | 'dark', Colours>> = {
  light: {
    paper: '#ffffff',
    card: '#f8f8f8',
    text: '#1f1f1f',
    quiet: '#5c5c5c',
    line: '#c8c8c8',
    client: '#4f4f4f',
    router: '#8a6d00',
    director: '#652d90',
    'real-server': '#2f7d32',
    nat: '#b35a00',
    tun: '#0f7589',
    dr: '#1a6fc4',
    error: '#c72e2e',
    warning: '#b58900',
    information: '#1a6fc4',
    hint: '#6a6a6a',
  },
  dark: {
    paper: '#1f1f1f',
    card: '#282828',
    text: '#e0e0e0',
    quiet: '#a0a0a0',
    line: '#4a4a4a',
    client: '#b8b8b8',
    router: '#cca700',
    director: '#b180d7',
    'real-server': '#89d185',
    nat: '#d18616',
    tun: '#29b8db',
    dr: '#4c9df3',
    error: '#f14c4c',
    warning: '#cca700',
    information: '#3794ff',
    hint: '#9d9d9d',
  },
}

/** The style sheet of a drawing. Every class says what it is of; no colour stands in an element. */
export function drawingStyle(theme: DrawingTheme): string {
  if (theme !== 'auto') return FORMS + coloured(COLOURS[theme])
  return `${FORMS}${coloured(COLOURS.light)}@media (prefers-color-scheme: dark){${coloured(COLOURS.dark)}}`
}

/** Programs that make pictures of SVG know families by name, not what a system calls its own. */
const SANS =
  "'Segoe UI','Helvetica Neue',Helvetica,Arial,'Noto Sans','DejaVu Sans','PingFang SC','Microsoft YaHei',sans-serif"
const MONO = "'SF Mono',Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace"

const FORMS = [
  `text{font:13px ${SANS}}`,
  '.name{font-weight:600}',
  '.small{font-size:11px}',
  `.mono{font-family:${MONO};font-size:11px}`,
  '.tag{font-size:9px}',
  '.middle{text-anchor:middle}',
  '.end{text-anchor:end}',
  '.glyph,.way,.flow,.link,.tube{fill:none}',
  '.glyph{stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}',
  '.glyph .thick{stroke-width:3}',
  '.link{stroke-width:2}',
  '.link-end{stroke-width:1.5}',
  '.flow,.way{stroke-width:1.7}',
  '.flow{opacity:.75}.way{opacity:.6}',
  '.idle{opacity:.3}',
  '.dr.dashed{stroke-dasharray:7 4}',
  '.tun.dashed{stroke-dasharray:2 5;stroke-linecap:round;stroke-width:2.4}',
  '.tube{stroke-width:9;stroke-linecap:round;opacity:.18}',
  '.farm-box{stroke-dasharray:4 3;fill-opacity:.06}',
  '.tint{fill-opacity:.13}',
  '.sign{fill:none;stroke-width:1.8;stroke-linecap:round}',
].join('')

const STROKED = ['client', 'router', 'director', 'real-server', 'nat', 'tun', 'dr'] as const
const MARKS = ['error', 'warning', 'information', 'hint'] as const

function coloured(colours: Colours): string {
  const { paper, card, text, quiet, line } = colours
  return [
    `.paper{fill:${paper}}`,
    `.card{fill:${card};stroke:${line}}`,
    `text,.ink{fill:${text}}`,
    `text.quiet{fill:${quiet}}`,
    `.bar{fill:${quiet}}`,
    `.link{stroke:${quiet}}`,
    `.link-end{fill:${paper};stroke:${text}}`,
    `.sign{stroke:${paper}}`,
    ...STROKED.map((name) => `.s-${name}{stroke:${colours[name]}}.f-${name}{fill:${colours[name]}}`),
    `.s-unknown{stroke:${quiet}}.f-unknown{fill:${quiet}}`,
    ...MARKS.map((name) => `.m-${name}{fill:${colours[name]}}`),
  ].join('')
}
