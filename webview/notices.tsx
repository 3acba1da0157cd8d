import { useEffect, useState } from 'react'
import { say } from '../src/core/speech/say.js'
import type { Access } from '../src/protocol/designer.js'
import { Button } from './controls/controls.js'
import { SeverityMark } from './glyphs.js'
import type { Notice } from './use-document.js'

/** An edit that takes longer than this to reach the text is shown as such, in milliseconds. */
const SLOW = 700
/** How long a notice stays, in milliseconds; an error stays until the next. */
const STAYS = 4000

/** That there is nothing to draw, or nothing newer, and what to do about it. */
export function Unread({ text, onAgain }: { readonly text: string; readonly onAgain: () => void }) {
  return (
    <div className="banner" role="alert">
      <SeverityMark severity="error" />
      <span>{text}</span>
      <Button secondary onPress={onAgain}>
        {say`Try Again`}
      </Button>
    </div>
  )
}

/** What stands above the canvas: that the text cannot be read or changed, and what the last gesture came to. */
export function Notices({
  unread,
  unreadable,
  access,
  notice,
  pending,
  onAgain,
  onShowProblems,
}: {
  readonly unread: string | undefined
  readonly unreadable: number
  readonly access: Access
  readonly notice: Notice | undefined
  readonly pending: number
  readonly onAgain: () => void
  readonly onShowProblems: () => void
}) {
  const [gone, setGone] = useState(0)
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (notice === undefined || notice.tone === 'error') return undefined
    const timer = setTimeout(() => {
      setGone(notice.number)
    }, STAYS)
    return () => {
      clearTimeout(timer)
    }
  }, [notice])
  useEffect(() => {
    if (pending === 0) {
      setSlow(false)
      return undefined
    }
    const timer = setTimeout(() => {
      setSlow(true)
    }, SLOW)
    return () => {
      clearTimeout(timer)
    }
  }, [pending])
  const shown = notice !== undefined && notice.number !== gone ? notice : undefined
  return (
    <>
      {unread !== undefined && (
        <Unread
          text={say`The text could not be read: ${unread}. What is shown may be older than the text.`}
          onAgain={onAgain}
        />
      )}
      {unreadable > 0 && (
        <div className="banner" role="alert">
          <SeverityMark severity="error" />
          <span>
            {say`The text cannot be read; this is what it said before.`}{' '}
            {unreadable === 1 ? say`One problem` : say`${unreadable} problems`}.
          </span>
          <Button secondary onPress={onShowProblems}>
            {say`Show`}
          </Button>
        </div>
      )}
      {!access.editable && (
        <div className="banner banner-quiet" role="status">
          <SeverityMark severity="information" />
          <span>
            {access.reason} {say`The drawing can be looked at, not changed.`}
          </span>
        </div>
      )}
      <div className="notice-place">
        <span className="notices-said" role="status" aria-live="polite">
          {slow && <span className="notice notice-error">{say`Not in the text yet…`}</span>}
          <span className={shown === undefined ? 'notice empty-notice' : `notice notice-${shown.tone}`}>
            {shown?.text}
          </span>
        </span>
        {shown?.tone === 'error' && (
          <button
            type="button"
            className="notice-close"
            aria-label={say`Dismiss`}
            onClick={() => {
              setGone(shown.number)
            }}
          >
            ×
          </button>
        )}
      </div>
    </>
  )
}
