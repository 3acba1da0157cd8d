import { say } from '../../src/core/speech/say.js'
import { headerGroups } from './header-rows.js'
import type { HeaderRow } from './header-rows.js'
import type { Hop } from '../../src/core/packet/walk.js'

/** The packet as it came to a host and as it left, field by field. */
export function HeaderTable({
  hop,
  owners,
}: {
  readonly hop: Hop
  /** Whose an address is. */
  readonly owners: ReadonlyMap<string, string>
}) {
  const { host, packetIn, packetOut } = hop
  const groups = headerGroups(packetIn, packetOut)
  if (groups.length === 0) {
    return <p className="absent">{say`No packet leaves ${host}.`}</p>
  }
  const changed = groups.flatMap(({ rows }) => rows).filter((row) => row.changed).length
  return (
    <table className="walk-headers">
      <caption>
        {say`The packet at ${host}`}
        {packetIn === undefined
          ? say`: it begins here`
          : packetOut === undefined
            ? say`: it ends here`
            : changed === 0
              ? say`: nothing is changed`
              : say`: ${changed} changed`}
      </caption>
      <thead>
        <tr>
          <th scope="col">{say`Header`}</th>
          <th scope="col">{hop.in === undefined ? say`In` : say`In by ${hop.in}`}</th>
          <th scope="col">{hop.out === undefined ? say`Out` : say`Out by ${hop.out}`}</th>
        </tr>
      </thead>
      {groups.map(({ layer, title, rows }) => (
        <tbody key={layer}>
          <tr>
            <th scope="rowgroup" colSpan={3} className="walk-layer">
              {title}
            </th>
          </tr>
          {rows.map((row) => (
            <Row
              key={row.name}
              row={row}
              owners={owners}
              came={packetIn !== undefined}
              left={packetOut !== undefined}
            />
          ))}
        </tbody>
      ))}
    </table>
  )
}

function Row({
  row,
  owners,
  came,
  left,
}: {
  readonly row: HeaderRow
  readonly owners: ReadonlyMap<string, string>
  /** There is a packet on that side at all. */
  readonly came: boolean
  readonly left: boolean
}) {
  const { name, changed } = row
  return (
    <tr className={changed ? 'changed' : undefined}>
      <th scope="row">{name}</th>
      <td>
        <Value text={row.in} owners={owners} none={came ? (changed ? say`not there` : '—') : ''} />
      </td>
      <td>
        {changed ? (
          <>
            <span className="walk-changed" aria-hidden="true">
              ≠
            </span>
            <span className="visually-hidden">{say`changed: `}</span>
          </>
        ) : null}
        <Value text={row.out} owners={owners} none={left ? (changed ? say`taken off` : '—') : ''} />
      </td>
    </tr>
  )
}

function Value({
  text,
  owners,
  none,
}: {
  readonly text: string | undefined
  readonly owners: ReadonlyMap<string, string>
  readonly none: string
}) {
  if (text === undefined) return <span className="absent">{none}</span>
  const owner = owners.get(text)
  return (
    <>
      <span className="walk-value">{text}</span>
      {owner !== undefined && <span className="walk-owner"> {owner}</span>}
    </>
  )
}
