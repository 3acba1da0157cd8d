import { basename, extname } from 'node:path'
import { arrangeInTiers } from '../../core/diagram/arrangement.js'
import { groupsOf } from '../../core/diagram/blocks.js'
import { clusterDocument } from '../../core/diagram/document.js'
import { arrangementFrom, elkGraphOf } from '../../core/diagram/elk-graph.js'
import { movedInFile, pictureOf } from '../../core/diagram/picture.js'
import { sceneOf } from '../../core/diagram/scene-of.js'
import { drawingAsSvg } from '../../core/diagram/svg.js'
import { DRAWING_THEMES } from '../../core/diagram/svg-colours.js'
import type { DrawingTheme } from '../../core/diagram/svg-colours.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import { openTopology, requireReadable } from '../open-topology.js'
import type { OpenedTopology } from '../open-topology.js'
import { outputFile } from '../output-file.js'

const USAGE = 'diagram FILE --out X.svg|X.md [--theme auto|light|dark] [--no-findings] [--json]'

export const diagram: Command = {
  name: 'diagram',
  usage: USAGE,
  summary: 'the drawing as SVG, or a page of Markdown with the drawing, the services and the address plan',
  run: async (argv, io) => {
    const args = readArguments(
      argv,
      { out: 'value', theme: 'value', 'no-findings': 'flag', json: 'flag' },
      USAGE,
    )
    const file = oneWord(args, USAGE)
    const out = args.value('out')
    if (out === undefined) throw new UsageError(`--out says where to write\nusage: lvs-designer ${USAGE}`)
    const kind = extname(out).toLowerCase()
    if (kind !== '.svg' && kind !== '.md') {
      throw new UsageError(`--out takes a file that ends in .svg or .md, not "${out}"`)
    }
    const theme = themeOf(args.value('theme') ?? 'auto')
    const picture = kind === '.svg' ? out : `${out.slice(0, -kind.length)}.svg`
    const savePicture = await outputFile('--out', picture, {
      inputs: [file],
      what: 'a drawing of "diagram"',
      isOurs: (text) => /^<\?xml [^>]*\?>\n<svg [^>]* role="img"><title>/.test(text),
    })
    const savePage =
      kind === '.svg'
        ? undefined
        : await outputFile('--out', out, {
            inputs: [file],
            what: 'a page of "diagram"',
            isOurs: (text) => /^# .*\n\n!\[.*\]\(<.*\.svg>\)\n/.test(text),
          })
    const opened = await openTopology(file)
    requireReadable(opened, io)
    const svg = await drawn(opened, theme, !args.flag('no-findings'))
    await savePicture(svg)
    await savePage?.(clusterDocument(opened.cluster, opened, basename(picture)))
    const files = savePage === undefined ? [picture] : [picture, out]
    if (args.flag('json')) writeJson(io, { files })
    else io.out(`${files.join('\n')}\n`)
    return EXIT.holds
  },
}

function themeOf(said: string): DrawingTheme {
  const theme = DRAWING_THEMES.find((each) => each === said)
  if (theme === undefined) throw new UsageError(`--theme takes ${DRAWING_THEMES.join(', ')}, not "${said}"`)
  return theme
}

/** As the designer shows the file when it is opened: arranged by ELK, but for what a person has moved. */
async function drawn(
  { cluster, findings }: OpenedTopology,
  theme: DrawingTheme,
  withFindings: boolean,
): Promise<string> {
  const scene = sceneOf(cluster, findings)
  const groups = groupsOf(scene, new Set())
  const { layOut } = await import('../elk-layout.js')
  const placed = arrangementFrom(await layOut(elkGraphOf(scene, groups)), scene, groups)
  const picture = pictureOf(scene, groups, placed ?? arrangeInTiers(scene, groups), movedInFile(scene))
  return drawingAsSvg(scene, picture, { theme, findings: withFindings })
}
