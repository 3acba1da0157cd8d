import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import { setting } from '../../formats/keepalived/settings.js'
import { keepalivedTable } from '../../formats/keepalived/table.js'
import type { KeepalivedService } from '../../formats/keepalived/virtual-server.js'
import { say } from '../../speech/say.js'
import { isWhole } from '../../formats/keepalived/whole.js'
import { tableFindings } from '../table-findings.js'
import type { TableFinding } from '../table-findings.js'
import { intoBlock, lineOf, rewriting, withoutLine, wordAt } from './report.js'
import type { KeepalivedReport } from './report.js'

/** What the catalogue says of the table that the virtual servers make. */
export function checkTable(configuration: KeepalivedConfiguration, report: KeepalivedReport): void {
  const told = new Set<string>()
  for (const { of, virtualService } of keepalivedTable(configuration)) {
    // What it does not say by itself is not known where something was not looked at.
    if (!isWhole(of.directive)) continue
    for (const finding of tableFindings(virtualService)) {
      // The addresses of a group share their real servers, and what is wrong with them.
      const at = typeof finding.at === 'string' ? finding.at : finding.at.address
      const { source, words } = of.directive
      const key = `${source.name} ${words[0]?.start ?? 0} ${finding.code} ${at}`
      if (told.has(key)) continue
      told.add(key)
      tell(of, finding, report)
    }
  }
}

function tell(
  { directive, realServers }: KeepalivedService,
  { code, message, at, schedulers = [] }: TableFinding,
  report: KeepalivedReport,
): void {
  if (typeof at !== 'string') {
    const line = realServers.find(({ address }) => address === at.address)?.directive ?? directive
    report(code, wordAt(line, 1), message)
    return
  }
  if (at === 'one-packet') {
    const ops = setting(directive, 'ops') ?? directive
    report(code, lineOf(ops), message, { fixes: withoutLine(ops, say`Take it out`) })
    return
  }
  const scheduler = (directive.children ?? []).findLast(
    ({ name }) => name === 'lvs_sched' || name === 'lb_algo',
  )
  if (at === 'scheduler' && scheduler !== undefined) {
    const fixes = schedulers.flatMap((name) => rewriting(scheduler, 1, name))
    report(code, wordAt(scheduler, 1), message, { fixes })
    return
  }
  const fixes =
    code === 'NAT-FTP'
      ? intoBlock(directive, 'persistence_timeout 360', say`Add "persistence_timeout 360"`)
      : []
  report(code, wordAt(directive, 1), message, { fixes })
}
