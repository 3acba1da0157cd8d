import { say } from '../../src/core/speech/say.js'
import type { SceneFinding } from '../../src/core/diagram/scene.js'
import { Button } from '../controls/controls.js'
import { SeverityMark } from '../glyphs.js'

/** A finding with its place among all, by which a fix is asked for. */
export interface NumberedFinding {
  readonly index: number
  readonly finding: SceneFinding
}

/** So many are shown at once; the Problems panel has them all. */
const SHOWN = 50

export function Findings({
  findings,
  editable,
  onFix,
  onShow,
}: {
  readonly findings: readonly NumberedFinding[]
  readonly editable: boolean
  readonly onFix: (finding: number, fix: number) => void
  readonly onShow: (finding: SceneFinding) => void
}) {
  if (findings.length === 0) return null
  return (
    <ul className="findings" aria-label={say`Findings`}>
      {findings.slice(0, SHOWN).map(({ index, finding }) => (
        <li key={index} className={`finding finding-${finding.severity}`}>
          <button
            type="button"
            className="finding-text"
            title={say`Show in the text`}
            onClick={() => {
              onShow(finding)
            }}
          >
            <SeverityMark severity={finding.severity} size={15} />
            <span>
              <b>{finding.code}</b> {finding.message}
            </span>
          </button>
          {finding.fixes.map((title, fix) => (
            <Button
              key={title}
              secondary
              disabled={!editable}
              onPress={() => {
                onFix(index, fix)
              }}
            >
              {title}
            </Button>
          ))}
        </li>
      ))}
      {findings.length > SHOWN && (
        <li className="more">{say`and ${findings.length - SHOWN} more; the Problems panel has them all`}</li>
      )}
    </ul>
  )
}
