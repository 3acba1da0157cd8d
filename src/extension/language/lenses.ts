import { CodeLens, Location } from 'vscode'
import type { CodeLensProvider, Command, TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { ServiceLens } from '../../protocol/reader.js'
import { COMMANDS } from '../catalogue.js'
import { askReader } from '../topology-reader.js'
import { rangeOf } from './ranges.js'

/** Above every service what it is, and what can be done about it. */
export const lenses: CodeLensProvider = {
  provideCodeLenses: async (document, token) =>
    ((await askReader(document, 'lenses', {}, token))?.answer ?? []).flatMap((lens) =>
      commandsOf(document, lens).map((command) => new CodeLens(rangeOf(lens.range), command)),
    ),
}

function commandsOf(
  { uri }: TextDocument,
  { service, title, range, problems, actions }: ServiceLens,
): Command[] {
  const show: Command = { title, command: COMMANDS.openDesigner, arguments: [uri] }
  const { start } = rangeOf(range)
  const places = problems.map((problem) => new Location(uri, rangeOf(problem)))
  const goTo: Command = {
    title,
    tooltip: say`Show the problems of this service`,
    command: 'editor.action.goToLocations',
    arguments: [uri, start, places, 'gotoAndPeek', say`No problems`],
  }
  return [
    actions.includes('problems') ? goTo : { ...show, tooltip: say`Show the drawing` },
    ...(actions.includes('trace')
      ? [
          {
            title: say`Trace`,
            tooltip: say`Walk a request through the drawing`,
            command: COMMANDS.trace,
            arguments: [uri, service],
          },
        ]
      : []),
    ...(actions.includes('deploy')
      ? [{ title: say`Deploy`, command: COMMANDS.deploy, arguments: [uri] }]
      : []),
    ...(actions.includes('show') ? [{ ...show, title: say`Show in Designer` }] : []),
  ]
}
