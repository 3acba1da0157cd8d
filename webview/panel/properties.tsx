import { useId, useState } from 'react'
import { say } from '../../src/core/speech/say.js'
import { addEntry, fieldEdits, removeSection } from '../../src/core/language/field-edit.js'
import type { Field, Inspection, Section } from '../../src/core/language/inspection.js'
import type { SceneFinding } from '../../src/core/diagram/scene.js'
import type { TopologyEdit } from '../../src/core/topology/edit.js'
import { Button, Checkbox, Choice, TextField } from '../controls/controls.js'
import type { History } from '../controls/controls.js'
import { SeverityMark } from '../glyphs.js'

interface Surroundings {
  readonly findings: ReadonlyMap<string, readonly SceneFinding[]>
  readonly editable: boolean
  readonly history: History
  readonly onEdit: (edits: readonly TopologyEdit[]) => Promise<boolean>
  readonly onTyping: (edits: readonly TopologyEdit[]) => void
}

/** Everything the language can say of the selected thing, as fields. */
export function Properties({
  inspection,
  findings,
  ...rest
}: Omit<Surroundings, 'findings'> & {
  readonly inspection: Inspection
  readonly findings: readonly SceneFinding[]
}) {
  const byPath = new Map<string, SceneFinding[]>()
  for (const finding of findings) byPath.set(finding.path, [...(byPath.get(finding.path) ?? []), finding])
  const around = { ...rest, findings: byPath }
  return (
    <div className="properties">
      {inspection.sections.map((section) => (
        <SectionView key={section.path} section={section} around={around} top />
      ))}
    </div>
  )
}

function SectionView({
  section,
  around,
  top = false,
}: {
  readonly section: Section
  readonly around: Surroundings
  readonly top?: boolean
}) {
  const { title, doc, fields, sections, removable, adds, present, path } = section
  const inside = (
    <>
      {fields.map((field) => (
        <FieldView key={field.path} field={field} around={around} />
      ))}
      {sections.map((each) => (
        <SectionView key={each.path} section={each} around={around} />
      ))}
      {adds !== undefined && <AddEntry section={section} around={around} />}
      {removable && present && (
        <Button
          secondary
          disabled={!around.editable}
          label={say`Remove ${title}`}
          onPress={() => {
            void around.onEdit(removeSection(section))
          }}
        >
          {say`Remove`} {title}
        </Button>
      )}
    </>
  )
  if (top) return inside
  return (
    <details className="section" open={present} key={`${path} ${String(present)}`}>
      <summary title={doc}>
        {title}
        {!present && <span className="absent"> {say`not set`}</span>}
      </summary>
      <div className="section-body">{inside}</div>
    </details>
  )
}

function FieldView({ field, around }: { readonly field: Field; readonly around: Surroundings }) {
  const { key, doc, control, value, derived, required, locked, path } = field
  const [problem, setProblem] = useState<string>()
  const helpId = useId()
  const findings = findingsAt(path, control.kind === 'list', around.findings)
  const commit = (text: string) => {
    const result = fieldEdits(field, text)
    if ('problem' in result) {
      setProblem(result.problem)
      return undefined
    }
    setProblem(undefined)
    return around.onEdit(result.edits)
  }
  const shared = {
    label: required ? `${key} *` : key,
    disabled: !around.editable || locked,
    describedBy: helpId,
  }
  const invalid = problem !== undefined || findings.some(({ severity }) => severity === 'error')
  const absent = derived ?? (required ? say`missing` : say`not set`)
  const body = () => {
    switch (control.kind) {
      case 'boolean':
        return value === undefined || value === 'true' || value === 'false' ? (
          <Checkbox
            {...shared}
            checked={(value ?? derived) === 'true'}
            onChange={(checked) => {
              void commit(String(checked))
            }}
          />
        ) : (
          text([])
        )
      case 'choice':
        return (
          <Choice
            {...shared}
            value={value ?? ''}
            values={control.values}
            none={required && value !== undefined ? undefined : `(${absent})`}
            invalid={invalid}
            onCommit={commit}
          />
        )
      case 'list':
        return text(control.values?.filter((each) => !(value ?? '').split(', ').includes(each)) ?? [])
      case 'text':
      case 'number':
        return text([])
    }
  }
  const text = (suggestions: readonly string[]) => (
    <TextField
      {...shared}
      value={value ?? ''}
      placeholder={absent}
      suggestions={suggestions}
      invalid={invalid}
      history={around.history}
      onCommit={(typed) =>
        commit(
          control.kind === 'list' && suggestions.includes(typed)
            ? [value, typed].filter(Boolean).join(', ')
            : typed,
        )
      }
      onType={(typed) => {
        if (typed === undefined) setProblem(undefined)
        const result = typed === undefined ? undefined : fieldEdits(field, typed)
        around.onTyping(result !== undefined && 'edits' in result ? result.edits : [])
      }}
    />
  )
  return (
    <div className="property" title={doc}>
      {body()}
      <div id={helpId} className="property-notes">
        <span className="visually-hidden">{doc}</span>
        {locked && <span className="note">{say`To be changed in the text.`}</span>}
        {problem !== undefined && <FieldFinding severity="error" message={problem} />}
        {findings.map(({ code, severity, message }) => (
          <FieldFinding key={`${code} ${message}`} severity={severity} message={message} />
        ))}
      </div>
    </div>
  )
}

export function FieldFinding({ severity, message }: Pick<SceneFinding, 'severity' | 'message'>) {
  return (
    <span className={`field-finding finding-${severity}`}>
      <SeverityMark severity={severity} size={12} /> {message}
    </span>
  )
}

function AddEntry({ section, around }: { readonly section: Section; readonly around: Surroundings }) {
  const { adds } = section
  if (adds === undefined) return null
  const add = (name?: string) => around.onEdit(addEntry(section, name))
  if (adds.kind === 'item') {
    return (
      <Button
        secondary
        disabled={!around.editable}
        onPress={() => {
          void add()
        }}
      >
        {say`Add to ${section.title}`}
      </Button>
    )
  }
  return (
    <TextField
      label={say`Add ${adds.what}`}
      value=""
      placeholder={say`name`}
      suggestions={adds.suggestions}
      disabled={!around.editable}
      describedBy={undefined}
      invalid={false}
      history={around.history}
      onCommit={(name) => (name.trim() === '' ? undefined : add(name.trim()))}
      onType={(name = '') => {
        around.onTyping(name.trim() === '' ? [] : addEntry(section, name.trim()))
      }}
    />
  )
}

/** Of a field; of one that holds a list, also of its items. */
function findingsAt(
  path: string,
  list: boolean,
  findings: ReadonlyMap<string, readonly SceneFinding[]>,
): readonly SceneFinding[] {
  const own = findings.get(path) ?? []
  if (!list) return own
  return [...own, ...[...findings].flatMap(([at, of]) => (at.startsWith(`${path}/`) ? of : []))]
}
