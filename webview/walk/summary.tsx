import { say } from '../../src/core/speech/say.js'
import { toneOf } from '../../src/core/packet/walk-text.js'
import type { Path } from '../../src/core/topology/path.js'
import type { ExplainedWalk } from '../../src/protocol/walks.js'
import { ToneMark, shownTone } from './marks.js'
import { VERDICT_WORDS, reasonSentence, seenSentence } from './words.js'

/** Beyond these, a cause is one of many of its kind. */
const SHOWN = 4

/** What came of the walk and why, and which rules name the cause. */
export function Summary({
  explained,
  onShow,
}: {
  readonly explained: ExplainedWalk
  readonly onShow: (path: Path) => void
}) {
  const { walk, causes } = explained
  const { verdict, seen } = walk
  const tone = shownTone(walk)
  return (
    <div className={`walk-summary walk-${tone}`}>
      <p className="walk-verdict">
        <ToneMark tone={tone} size={18} />
        <span>
          <b>{headline(explained)}</b> <code>{verdict}</code>
        </span>
      </p>
      <p>{reasonSentence(walk)}</p>
      {seen !== undefined && <p className="walk-seen">{seenSentence(seen)}</p>}
      {causes.length > 0 && (
        <ul className="walk-causes" aria-label={say`What explains it`}>
          {causes.slice(0, SHOWN).map(({ code, message, path }, index) => (
            <li key={index}>
              <button
                type="button"
                className="finding-text"
                title={say`Show in the text`}
                onClick={() => {
                  onShow(path)
                }}
              >
                <span>
                  <b>{code}</b> {message}
                </span>
              </button>
            </li>
          ))}
          {causes.length > SHOWN && <li className="more">{say`and ${causes.length - SHOWN} more`}</li>}
        </ul>
      )}
    </div>
  )
}

/** `Not served: …` where the words of the verdict do not say so themselves. */
function headline({ walk }: ExplainedWalk): string {
  const words = VERDICT_WORDS[walk.verdict]
  switch (toneOf(walk)) {
    case 'good':
      return walk.verdict === 'SERVED' ? words : say`Served this time. ${words}`
    case 'bad':
      return say`Not served: ${words}`
    case 'unsure':
      return say`Undetermined: ${words}`
  }
}
