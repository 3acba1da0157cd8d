import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { say } from '../../src/core/speech/say.js'
import {
  MOST_AT_ONCE,
  firstAddresses,
  likelyMany,
  planMany,
} from '../../src/core/diagram/many-real-servers.js'
import type { ManyField, ManyPlan, ManyWish } from '../../src/core/diagram/many-real-servers.js'
import type { Scene, Subject } from '../../src/core/diagram/scene.js'
import { isUndoOrRedo } from '../field-keys.js'
import { Button } from '../controls/controls.js'

const TEXT = {
  title: say`Add several real servers`,
  count: say`How many`,
  name: say`First name`,
  nameHint: say`Its number counts up; {n} or {n:2} says where it stands, as in web-{n:2}.example.`,
  network: say`On network`,
  address: say`First address`,
  addressHint: say`One for each subnet; those that are taken are left out.`,
  service: say`They serve`,
  noService: say`no service yet`,
  choose: say`(choose)`,
  add: (count: number) => say`Add ${count}`,
  cancel: say`Cancel`,
  said: (plan: Extract<ManyPlan, { ok: true }>) =>
    say`Added ${plan.hosts.length} real servers, ${plan.hosts[0]?.name ?? ''} to ${plan.hosts.at(-1)?.name ?? ''}`,
}

/** A form for ten real servers at once, with what would come of it before it is made. */
export function ManyForm({
  scene,
  selected,
  onAdd,
  onClose,
}: {
  readonly scene: Scene
  readonly selected: Subject | undefined
  readonly onAdd: (plan: Extract<ManyPlan, { ok: true }>, said: string) => void
  readonly onClose: () => void
}) {
  const [wish, setWish] = useState<ManyWish>(() => likelyMany(scene, selected))
  const plan = planMany(scene, wish)
  const set = (field: ManyField) => (value: string) => {
    if (field !== 'network') setWish({ ...wish, [field]: value })
    else {
      const network = scene.networks.find(({ name }) => name === value)
      const address = network === undefined ? '' : firstAddresses(scene, network).join(', ')
      setWish({ ...wish, network: value, address })
    }
  }
  const problem = (field: ManyField) => (plan.ok ? undefined : plan.problems[field])
  const add = () => {
    if (plan.ok) onAdd(plan, TEXT.said(plan))
  }
  return (
    <div
      className="many-form"
      role="dialog"
      aria-label={TEXT.title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || isUndoOrRedo(event)) event.stopPropagation()
        if (event.key === 'Escape') onClose()
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          add()
        }}
      >
        <h1>{TEXT.title}</h1>
        <Line label={TEXT.count} problem={problem('count')}>
          {(shared) => (
            <input
              {...shared}
              type="number"
              min={1}
              max={MOST_AT_ONCE}
              autoFocus
              value={wish.count}
              onChange={({ target }) => {
                set('count')(target.value)
              }}
            />
          )}
        </Line>
        <Line label={TEXT.name} hint={TEXT.nameHint} problem={problem('name')}>
          {(shared) => (
            <input
              {...shared}
              type="text"
              spellCheck={false}
              value={wish.name}
              onChange={({ target }) => {
                set('name')(target.value)
              }}
            />
          )}
        </Line>
        <Line label={TEXT.network} problem={problem('network')}>
          {(shared) => (
            <select
              {...shared}
              value={wish.network}
              onChange={({ target }) => {
                set('network')(target.value)
              }}
            >
              {wish.network === '' && <option value="">{TEXT.choose}</option>}
              {scene.networks.map(({ name, subnets }) => (
                <option key={name} value={name}>
                  {name} {subnets.length > 0 ? `(${subnets.join(', ')})` : ''}
                </option>
              ))}
            </select>
          )}
        </Line>
        <Line label={TEXT.address} hint={TEXT.addressHint} problem={problem('address')}>
          {(shared) => (
            <input
              {...shared}
              type="text"
              spellCheck={false}
              value={wish.address}
              onChange={({ target }) => {
                set('address')(target.value)
              }}
            />
          )}
        </Line>
        <Line label={TEXT.service} problem={problem('service')}>
          {(shared) => (
            <select
              {...shared}
              value={wish.service}
              onChange={({ target }) => {
                set('service')(target.value)
              }}
            >
              <option value="">{TEXT.noService}</option>
              {scene.services.map(({ name, target }) => (
                <option key={name} value={name}>
                  {name} {target === undefined ? '' : `(${target})`}
                </option>
              ))}
            </select>
          )}
        </Line>
        <Preview plan={plan} />
        <div className="many-actions">
          <Button disabled={!plan.ok} onPress={add}>
            {TEXT.add(plan.ok ? plan.hosts.length : 0)}
          </Button>
          <Button secondary onPress={onClose}>
            {TEXT.cancel}
          </Button>
        </div>
        {/* Enter in a field adds too; the toolkit's buttons submit nothing. */}
        <input type="submit" hidden />
      </form>
    </div>
  )
}

interface Shared {
  readonly id: string
  readonly className: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string
}

function Line({
  label,
  hint,
  problem,
  children,
}: {
  readonly label: string
  readonly hint?: string
  readonly problem: string | undefined
  readonly children: (shared: Shared) => ReactNode
}) {
  const [id, noteId] = [useId(), useId()]
  return (
    <div className="many-line">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: problem === undefined ? 'plain-field' : 'plain-field invalid',
        'aria-invalid': problem !== undefined,
        'aria-describedby': noteId,
      })}
      <span id={noteId} className={problem === undefined ? 'note' : 'many-problem'}>
        {problem ?? hint}
      </span>
    </div>
  )
}

/** The first and the last of them, which tell the rest. */
function Preview({ plan }: { readonly plan: ManyPlan }) {
  if (!plan.ok) return null
  const { hosts } = plan
  const shown = hosts.length <= 3 ? hosts : [...hosts.slice(0, 2), undefined, ...hosts.slice(-1)]
  return (
    <ul className="many-preview" aria-live="polite">
      {shown.map((host) =>
        host === undefined ? (
          <li key="gap">…</li>
        ) : (
          <li key={host.name}>
            <b>{host.name}</b> {host.addresses.join(', ')}
          </li>
        ),
      )}
    </ul>
  )
}
