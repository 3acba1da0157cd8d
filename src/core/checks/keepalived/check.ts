import { say } from '../../speech/say.js'
import { keepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import { readKeepalived } from '../../formats/keepalived/tree.js'
import type { KeepalivedTree } from '../../formats/keepalived/tree.js'
import type { SourceFiles, SourceText } from '../../formats/source-text.js'
import type { Severity } from '../../topology/problem.js'
import type { FileFinding } from '../file-finding.js'
import type { CheckSettings } from '../settings.js'
import { severityOf } from '../severity-of.js'
import { checkDuplicates } from './duplicates.js'
import { checkEmpty } from './empty.js'
import { placeSteps } from '../place-steps.js'
import { checkPlacement } from './placement.js'
import { checkRealServers } from './real-servers.js'
import type { KeepalivedReport, KeepalivedRule } from './report.js'
import { checkRoutes } from './routes.js'
import { checkScripts } from './scripts.js'
import { checkServices } from './services.js'
import { checkTable } from './table.js'
import { checkTracking } from './tracking.js'
import { checkVirtualInterfaces } from './virtual-interfaces.js'
import { checkVrrp } from './vrrp.js'
import { checkWeights } from './weights.js'

export interface CheckedKeepalived {
  /** The file, and every one it includes. */
  readonly sources: readonly SourceText[]
  /** By file in the order of `sources`, within one in the order of the text. */
  readonly findings: readonly FileFinding[]
  /** One for each id that conditions name, the one for all others first. */
  readonly configurations: readonly KeepalivedConfiguration[]
}

const RULES: readonly KeepalivedRule[] = [
  checkServices,
  checkRealServers,
  checkDuplicates,
  checkTable,
  checkEmpty,
  checkVrrp,
  checkVirtualInterfaces,
  checkTracking,
  checkWeights,
  checkPlacement,
  checkRoutes,
  checkScripts,
]

/** A file with a condition for each of a hundred machines is looked at for the first few. */
const MAX_IDS = 8
/** An id that no file names. */
const NO_ID = '\u0000'

/** Every finding of a configuration. Never throws: whatever the text, there is a list. */
export function checkKeepalived(
  main: SourceText,
  files: SourceFiles,
  settings?: CheckSettings,
): CheckedKeepalived {
  const first = readKeepalived(main, { files, id: NO_ID })
  const ids = [...first.ids].slice(0, MAX_IDS)
  const trees: KeepalivedTree[] = [first, ...ids.map((id) => readKeepalived(main, { files, id }))]
  const configurations = trees.map(keepalivedConfiguration)
  const findings = new Map<string, FileFinding>()
  const sources = new Map<string, SourceText>()
  const severities = new Map<string, Severity | 'off'>()
  // Those of the ids first: what holds for one of them is not about none of them.
  for (const configuration of [...configurations.slice(1), ...configurations.slice(0, 1)]) {
    const { tree } = configuration
    const aside = configuration === configurations[0] && ids.length > 0
    for (const source of tree.sources) if (!sources.has(source.name)) sources.set(source.name, source)
    const report: KeepalivedReport = (code, { source, span }, message, { fixes = [], severity } = {}) => {
      let known = severities.get(code)
      if (known === undefined) {
        known = settings?.severities.get(code) ?? severityOf(code)
        severities.set(code, known)
      }
      if (known === 'off') return
      // A configuration with conditions is mostly for the machines they name.
      const where = aside ? say` (with a configuration id other than ${ids.join(', ')})` : ''
      const chosen = settings?.severities.has(code) === true ? known : (severity ?? known)
      const key = `${code} ${span.start} ${span.end} ${source.name} ${message}`
      if (findings.has(key)) return
      const weighs = aside && chosen === 'error' ? 'information' : chosen
      findings.set(key, {
        code,
        severity: weighs,
        message: `${message}${where}`,
        source,
        span,
        fixes,
        path: placeSteps(source, span),
      })
    }
    for (const { code, source, span, message, fixes, severity } of tree.problems)
      report(code, { source, span }, message, { fixes, ...(severity !== undefined && { severity }) })
    for (const rule of RULES) rule(configuration, report)
  }
  const order = new Map([...sources.values()].map((source, index) => [source, index]))
  return {
    sources: [...sources.values()],
    configurations,
    findings: [...findings.values()].sort(
      (a, b) =>
        (order.get(a.source) ?? 0) - (order.get(b.source) ?? 0) ||
        a.span.start - b.span.start ||
        a.code.localeCompare(b.code),
    ),
  }
}
