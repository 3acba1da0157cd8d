import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { say } from '../../src/core/speech/say.js'
import type { Scene } from '../../src/core/diagram/scene.js'
import type { Path } from '../../src/core/topology/path.js'
import { ToolGlyph } from '../glyphs.js'
import { Choices } from './choices.js'
import { HeaderTable } from './header-table.js'
import { ownersIn } from './header-rows.js'
import { HopList } from './hop-list.js'
import { KnowledgeOfHosts } from './knowledge.js'
import { WALK_KEYS } from './keys.js'
import { Summary } from './summary.js'
import { Switches, WhatIf } from './switches.js'
import { Tabs } from './tabs.js'
import { TextLog } from './text-log.js'
import { Transport } from './transport.js'
import type { Player } from './use-player.js'
import type { WalkState } from './use-walk.js'
import { hopSentence, outcomeSentence } from './words.js'

const HOPS = say`Hops`
const BREAKS = say`Break it`
const SIDE = [HOPS, BREAKS]
const HEADERS = say`Headers`
const DOCK = [HEADERS, say`Text`]

/** The packet walk beside and below the drawing. */
export function WalkPanel({
  scene,
  walk,
  player,
  unreadable,
  onShow,
  onClose,
  onKey,
}: {
  readonly scene: Scene
  readonly walk: WalkState
  readonly player: Player
  /** The text cannot be read: the walk is of what it said before. */
  readonly unreadable: boolean
  readonly onShow: (path: Path) => void
  readonly onClose: () => void
  readonly onKey: (event: KeyboardEvent) => void
}) {
  const [side, setSide] = useState<string>(HOPS)
  const [dock, setDock] = useState<string>(HEADERS)
  const { shown, walked } = walk
  const hop = shown?.walk.hops[player.at]
  const start = useRef<HTMLDivElement>(null)
  useEffect(() => {
    start.current?.focus()
  }, [])
  return (
    <section className="walk" aria-label={say`Packet walk`} onKeyDown={onKey}>
      {/* Here the focus goes first: keys work, and what they do is read out. */}
      <div
        className="walk-side"
        ref={start}
        tabIndex={-1}
        role="group"
        aria-label={say`Packet walk. ${WALK_KEYS}`}
      >
        <header className="walk-head">
          <h1 className="panel-title">{say`Packet walk`}</h1>
          <button
            type="button"
            className="tool"
            aria-label={say`Close the packet walk`}
            title={say`Close (Escape)`}
            onClick={onClose}
          >
            <ToolGlyph of="close" />
          </button>
        </header>
        <Choices scene={scene} walk={walk} />
        <WhatIf
          offered={walked?.offered ?? []}
          onReset={() => {
            walk.change({ broken: [] })
          }}
        />
        {unreadable && (
          <p className="note">{say`The text cannot be read just now: this walk is of what it said before.`}</p>
        )}
        {shown === undefined ? (
          <NoWalk walk={walk} unreadable={unreadable} />
        ) : (
          <Summary explained={shown} onShow={onShow} />
        )}
        {walked?.more === true && (
          <p className="note">{say`There are more ways than these; the first ${walked.walks.length} are offered.`}</p>
        )}
        <Tabs label={say`Hops, and what can be broken`} tabs={SIDE} chosen={side} onChoose={setSide}>
          {side === BREAKS ? (
            <Switches
              offered={walked?.offered ?? []}
              onChange={(broken) => {
                walk.change({ broken })
              }}
            />
          ) : (
            shown !== undefined && <HopList walk={shown.walk} player={player} />
          )}
        </Tabs>
        <p className="walk-keys note">
          <kbd>←</kbd> <kbd>→</kbd> {say`step`} · <kbd>{say`Space`}</kbd> {say`play`} · <kbd>Home</kbd>{' '}
          <kbd>End</kbd> {say`first, last`} · <kbd>Esc</kbd> {say`close`}
        </p>
      </div>
      <Transport walk={shown?.walk} player={player} />
      <div className="walk-dock">
        {shown !== undefined && hop !== undefined && (
          <Tabs label={say`The packet, and the walk as text`} tabs={DOCK} chosen={dock} onChoose={setDock}>
            {dock === HEADERS ? (
              <div className="walk-evidence">
                <HeaderTable hop={hop} owners={ownersIn(scene, shown.walk)} />
                <KnowledgeOfHosts hops={shown.walk.hops} at={player.at} />
              </div>
            ) : (
              <TextLog explained={shown} at={player.at} />
            )}
          </Tabs>
        )}
      </div>
      <Said walk={walk} player={player} />
    </section>
  )
}

function NoWalk({ walk, unreadable }: { readonly walk: WalkState; readonly unreadable: boolean }) {
  const { wish, walked, gone } = walk
  if (gone)
    return (
      <p>{say`There is no service ${wish?.service ?? ''} in this drawing any more. Choose another one.`}</p>
    )
  if (walked !== undefined)
    return (
      <p>
        {say`There is nothing to walk: ${wish?.service ?? ''} needs a director in the drawing, a VIP and somebody who asks for it.`}
      </p>
    )
  return unreadable ? null : <p className="absent">{say`Walking…`}</p>
}

/** What the picture shows, for those who hear it: the outcome when the walk is another one, then every hop. */
function Said({ walk: { shown, run }, player }: { readonly walk: WalkState; readonly player: Player }) {
  const told = useRef<{ run: number; verdict: string }>(undefined)
  const [text, setText] = useState('')
  const hop = shown?.walk.hops[player.at]
  useEffect(() => {
    if (shown === undefined || hop === undefined) {
      setText('')
      return
    }
    const sentence = hopSentence(hop, player.at + 1, shown.walk.hops.length)
    const another = told.current?.run !== run || told.current.verdict !== shown.walk.verdict
    told.current = { run, verdict: shown.walk.verdict }
    setText(another ? `${outcomeSentence(shown.walk)} ${sentence}` : sentence)
  }, [shown, hop, run, player.at])
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  )
}
