import { said, say, toSay } from '../../core/speech/say.js'
import type {
  AskedService,
  FramePair,
  FrameSaid,
  Rehearsal,
  RehearsalOutcome,
  RehearsedRequest,
  RehearsedWalk,
} from '../../protocol/rehearsal.js'
import { plain, row } from './markdown-text.js'

const HEADINGS: Readonly<Record<RehearsalOutcome, string>> = {
  SERVED: toSay`served, as the walk says`,
  NOT_SERVED: toSay`not served`,
  DIFFERS: toSay`walk and kernel differ`,
  NOT_DEPLOYED: toSay`could not be deployed`,
  UNKNOWN: toSay`not everything could be asked`,
}

/** A rehearsal as Markdown: a table of all requests, then walk and kernel side by side. */
export function rehearsalMarkdown({ name, outcome, summary, notes, asked, tables }: Rehearsal): string {
  const blocks = [
    `# ${say`${plain(name)} in the lab: ${said(HEADINGS[outcome])}`}`,
    plain(summary),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${plain(note)}`).join('\n')]),
    ...(asked.length === 0 ? [] : [`## ${say`Requests`}`, requestTable(asked)]),
    ...asked.flatMap(serviceBlocks),
    ...tables.flatMap(({ host, text }) => [`## ${say`IPVS of ${plain(host)} afterwards`}`, fenced(text)]),
  ]
  return `${blocks.join('\n\n')}\n`
}

function requestTable(asked: readonly AskedService[]): string {
  const rows = asked.flatMap(({ service, client, target, requests }) =>
    requests.map((request) => {
      const { walk, agrees } = request
      return row([
        service,
        client,
        target,
        walk === undefined ? '' : walkWords(walk),
        kernelWords(request),
        agrees ? say`agree` : `≠ ${say`differ`}`,
      ])
    }),
  )
  return [
    row([say`Service`, say`Client`, say`Asked`, say`Walk`, say`Kernel`, '']),
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function serviceBlocks({ service, client, target, requests, unmet }: AskedService): string[] {
  const shown = new Set<string>()
  return [
    `## ${say`${plain(service)}: ${plain(client)} asks ${plain(target)}`}`,
    ...requests.flatMap((request, index) => {
      const { agrees, walk, differences, frames } = request
      // Of requests that went alike, one is enough to read.
      const kind = `${walk?.verdict ?? ''} ${walk?.realServer ?? ''}`
      if (agrees && shown.has(kind)) return []
      shown.add(kind)
      return [
        `### ${say`Request ${index + 1}: ${walk === undefined ? '' : plain(walkWords(walk))}`}`,
        say`${agrees ? say`Walk and kernel agree` : `**${say`Walk and kernel differ`}**`}. Kernel: ${plain(kernelWords(request))}.`,
        ...(walk === undefined || walk.served === true ? [] : [plain(walk.reason)]),
        ...(differences.length === 0 ? [] : [differences.map((each) => `- ≠ ${plain(each)}`).join('\n')]),
        ...(frames.length === 0 ? [] : [frameTable(frames)]),
      ]
    }),
    ...(unmet.length === 0
      ? []
      : [
          `${say`Ways that no request went:`}\n\n${unmet.map((walk) => `- ${plain(`${walkWords(walk)}: ${walk.reason}`)}`).join('\n')}`,
        ]),
  ]
}

function frameTable(frames: readonly FramePair[]): string {
  return [
    row([say`The walk`, '', say`The kernel`]),
    '|---|---|---|',
    ...frames.map(
      ({ walk, kernel, same }) => `| ${frameCell(walk)} | ${same ? '=' : '**≠**'} | ${frameCell(kernel)} |`,
    ),
  ].join('\n')
}

function frameCell(frame: FrameSaid | undefined): string {
  if (frame === undefined) return say`(no such frame)`
  const { host, interface: device, network, headers } = frame
  return [say`**${plain(host)}** ${plain(device)} on ${plain(network)}`, ...headers.map(plain)].join('<br>')
}

function walkWords({ served, verdict, realServer }: RehearsedWalk): string {
  const outcome = served === undefined ? say`undetermined` : served ? say`served` : say`not served`
  const where = realServer === undefined ? '' : `, ${realServer}`
  return verdict === 'SERVED' ? `${outcome}${where}` : `${outcome} (${verdict})${where}`
}

function kernelWords({ served, seen, server, scheduled }: RehearsedRequest): string {
  const by = server === undefined ? '' : `, ${server}`
  const way = scheduled ? say`through the director` : say`the director has scheduled nothing`
  return `${served ? say`served` : say`not served`}${by}; ${seen}; ${way}`
}

function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  return `${fence}text\n${text.trimEnd()}\n${fence}`
}
