import type { Finding } from '../../core/checks/check.js'
import { fixAsText } from '../../core/language/fix-text.js'
import { textLines } from '../../core/topology/position.js'
import { readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { findingsText } from '../finding-text.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import type { Io } from '../io.js'
import { openTopology } from '../open-topology.js'
import type { OpenedTopology } from '../open-topology.js'

const USAGE = 'check FILE... [--format text|json] [--as topology]'

export const check: Command = {
  name: 'check',
  usage: USAGE,
  summary: 'every finding of topology files: what is wrong, where, why and how to mend it',
  run: async (argv, io) => {
    const args = readArguments(argv, { format: 'value', json: 'flag', as: 'value' }, USAGE)
    const format = args.flag('json') ? 'json' : (args.value('format') ?? 'text')
    if (args.words.length === 0) throw new UsageError(`usage: lvs-designer ${USAGE}`)
    if (format !== 'text' && format !== 'json')
      throw new UsageError(`--format takes text or json, not "${format}"`)
    const kind = args.value('as') ?? 'topology'
    if (kind !== 'topology') throw new UsageError(`--as takes topology, not "${kind}"`)
    const opened = await Promise.all(args.words.map(openTopology))
    if (format === 'json') writeJson(io, { files: opened.map(jsonOf) })
    else printText(opened, io)
    const failed = opened.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))
    return failed ? EXIT.doesNotHold : EXIT.holds
  },
}

function printText(opened: readonly OpenedTopology[], io: Io): void {
  for (const { file, parsed, findings } of opened) io.out(findingsText(file, parsed, findings, io.colour))
  const all = opened.flatMap(({ findings }) => findings)
  const count = (severity: Finding['severity'], one: string, many: string) => {
    const number = all.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`]
  }
  const counts = [
    ...count('error', 'error', 'errors'),
    ...count('warning', 'warning', 'warnings'),
    ...count('information', 'note', 'notes'),
    ...count('hint', 'hint', 'hints'),
  ]
  const files = opened.length === 1 ? (opened[0]?.file ?? '') : `${opened.length} files`
  const [example] = all
  const hint = example === undefined ? '' : `; "lvs-designer explain ${example.code}" tells more`
  io.out(counts.length === 0 ? `${files}: nothing to mend\n` : `${files}: ${counts.join(', ')}${hint}\n`)
}

function jsonOf({ file, parsed, findings }: OpenedTopology) {
  const lines = textLines(parsed.text)
  return {
    file,
    findings: findings.map(({ code, severity, message, path, range, fixes }) => ({
      code,
      severity,
      message,
      path,
      range,
      // One that cannot be made in this text is left out.
      fixes: fixes.flatMap((fix) => {
        const asText = fixAsText(parsed, fix)
        if (asText === undefined) return []
        const edits = asText.edits.map(({ span, newText }) => ({ range: lines.range(span), newText }))
        return [{ title: asText.title, edits }]
      }),
    })),
  }
}
