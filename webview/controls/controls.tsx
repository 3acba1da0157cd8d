import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit'
import { createElement, useEffect, useId, useReducer, useRef } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { say } from '../../src/core/speech/say.js'
import { isForVsCode } from '../field-keys.js'

/*
 * The form controls of the designer. The toolkit they are made of is deprecated upstream: everything of it is in this
 * file, so that a successor replaces one file. What others see are these components and their properties.
 */
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
)

/** What of the toolkit's elements is used here, beside what every element has. */
interface ValueElement extends HTMLElement {
  value: string
  checked: boolean
}

/** Undo and redo where VS Code does not reach: in a field of a page (microsoft/vscode#227849). */
export interface History {
  readonly undo: () => void
  readonly redo: () => void
}

interface FieldProps {
  readonly label: string
  /** As it stands in the text; '' when it does not. */
  readonly value: string
  readonly disabled: boolean
  /** Ids of elements that describe the field: its meaning, its findings. */
  readonly describedBy: string | undefined
  readonly invalid: boolean
  /**
   * The person has finished: left the field, pressed Enter (a `change` both), chosen. What comes back is fulfilled when
   * the text says so, or has refused; undefined: it can be no edit, and stays as it was typed, to be mended.
   */
  readonly onCommit: (text: string) => Promise<unknown> | undefined
}

interface TextFieldProps extends FieldProps {
  readonly placeholder: string
  readonly suggestions: readonly string[]
  readonly history: History
  /** What is typed so far; undefined: it was taken back, or is finished. */
  readonly onType: (text: string | undefined) => void
}

/** One line of text. Escape brings back what the text says; so does Ctrl+Z while something is typed. */
export function TextField(props: TextFieldProps) {
  const { label, value, placeholder, suggestions, disabled, describedBy, invalid, history } = props
  const ref = useRef<ValueElement>(null)
  const latest = useRef(props)
  latest.current = props
  /** What it shows is a person's, who has not finished. */
  const typing = useRef(false)
  /** What was typed and is on its way to the text. */
  const underWay = useRef(0)
  const [, settled] = useReducer((count: number) => count + 1, 0)
  const listId = useId()
  const id = useId()

  const commit = () => {
    const field = ref.current
    if (field === null || !typing.current) return
    const done = latest.current.onCommit(field.value)
    if (done === undefined) return
    typing.current = false
    latest.current.onType(undefined)
    underWay.current += 1
    void done.finally(() => {
      underWay.current -= 1
      settled()
    })
  }
  const revert = (field: ValueElement) => {
    typing.current = false
    field.value = value
    props.onType(undefined)
  }

  // What the text says wins over what the field shows, except while a person types in it.
  useEffect(() => {
    const field = ref.current
    if (field === null) return
    if (field.value === value) typing.current = false
    else if (!typing.current && underWay.current === 0) field.value = value
  })
  useEffect(() => {
    const field = ref.current
    if (field === null) return undefined
    const type = () => {
      typing.current = field.value !== latest.current.value
      latest.current.onType(typing.current ? field.value : undefined)
    }
    field.addEventListener('input', type)
    field.addEventListener('change', commit)
    return () => {
      field.removeEventListener('input', type)
      field.removeEventListener('change', commit)
      if (typing.current) latest.current.onType(undefined)
    }
  }, [])
  // The toolkit keeps its input to itself: what describes it has to be said inside.
  useEffect(() => {
    const inner = ref.current?.shadowRoot?.querySelector('input')
    inner?.setAttribute('aria-label', label)
    inner?.setAttribute('aria-invalid', String(invalid))
    if (suggestions.length > 0) inner?.setAttribute('autocomplete', 'off')
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const field = ref.current
    if (field === null) return
    const command = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (event.key === 'Escape' && typing.current) {
      event.stopPropagation()
      revert(field)
    } else if (command && key === 'z' && !event.shiftKey) {
      event.preventDefault()
      event.stopPropagation()
      if (typing.current) revert(field)
      else history.undo()
    } else if (command && (key === 'y' || (key === 'z' && event.shiftKey))) {
      event.preventDefault()
      event.stopPropagation()
      history.redo()
    } else if (isForVsCode(event)) commit()
  }
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {createElement('vscode-text-field', {
        ref,
        id,
        class: invalid ? 'control invalid' : 'control',
        placeholder,
        disabled: disabled || undefined,
        list: suggestions.length > 0 ? listId : undefined,
        'aria-label': label,
        'aria-describedby': describedBy,
        onKeyDown,
      })}
      {suggestions.length > 0 && (
        <Suggestions
          of={suggestions}
          onChoose={(text) => {
            void props.onCommit(text)
          }}
          label={label}
          disabled={disabled}
        />
      )}
    </div>
  )
}

/** Names of the drawing that fit, to be put in with a click. A datalist cannot reach into the toolkit's shadow root. */
function Suggestions({
  of,
  onChoose,
  label,
  disabled,
}: {
  readonly of: readonly string[]
  readonly onChoose: (text: string) => void
  readonly label: string
  readonly disabled: boolean
}) {
  return (
    <div className="suggestions" role="group" aria-label={say`Suggestions for ${label}`}>
      {of.slice(0, 8).map((text) => (
        <button
          key={text}
          type="button"
          className="suggestion"
          disabled={disabled}
          onClick={() => {
            onChoose(text)
          }}
        >
          {text}
        </button>
      ))}
    </div>
  )
}

interface ChoiceProps extends FieldProps {
  readonly values: readonly string[]
  /** What stands for "not in the file"; undefined: it must be chosen. */
  readonly none: string | undefined
}

/** One of a few words. */
export function Choice(props: ChoiceProps) {
  const { label, value, values, none, disabled, describedBy, invalid } = props
  const ref = useRef<ValueElement>(null)
  const latest = useRef(props)
  latest.current = props
  const id = useId()
  const options = [...(none === undefined ? [] : ['']), ...values]
  if (!options.includes(value)) options.push(value)
  useEffect(() => {
    const field = ref.current
    if (field === null) return undefined
    const commit = () => {
      if (field.value !== latest.current.value) void latest.current.onCommit(field.value)
    }
    field.addEventListener('change', commit)
    return () => {
      field.removeEventListener('change', commit)
    }
  }, [])
  useEffect(() => {
    const field = ref.current
    if (field !== null && field.value !== value) field.value = value
  })
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {createElement(
        'vscode-dropdown',
        {
          ref,
          id,
          class: invalid ? 'control invalid' : 'control',
          disabled: disabled || undefined,
          'aria-label': label,
          'aria-describedby': describedBy,
        },
        options.map((option) =>
          createElement(
            'vscode-option',
            { key: option, value: option, selected: option === value || undefined },
            option === '' ? (none ?? '—') : option,
          ),
        ),
      )}
    </div>
  )
}

export function Checkbox(props: {
  readonly label: string
  readonly checked: boolean
  readonly disabled: boolean
  readonly describedBy?: string | undefined
  readonly onChange: (checked: boolean) => void
}) {
  const { label, checked, disabled, describedBy } = props
  const ref = useRef<ValueElement>(null)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    const box = ref.current
    if (box !== null && box.checked !== checked) box.checked = checked
  })
  useEffect(() => {
    const box = ref.current
    if (box === null) return undefined
    const change = () => {
      if (box.checked !== latest.current.checked) latest.current.onChange(box.checked)
    }
    box.addEventListener('change', change)
    return () => {
      box.removeEventListener('change', change)
    }
  }, [])
  return createElement(
    'vscode-checkbox',
    { ref, class: 'checkbox', disabled: disabled || undefined, 'aria-describedby': describedBy },
    label,
  )
}

export function Button({
  children,
  onPress,
  secondary = false,
  disabled = false,
  label,
}: {
  readonly children: ReactNode
  readonly onPress: () => void
  readonly secondary?: boolean
  readonly disabled?: boolean
  readonly label?: string
}) {
  return createElement(
    'vscode-button',
    {
      appearance: secondary ? 'secondary' : 'primary',
      class: 'button',
      disabled: disabled || undefined,
      onClick: () => {
        if (!disabled) onPress()
      },
      'aria-label': label,
    },
    children,
  )
}
