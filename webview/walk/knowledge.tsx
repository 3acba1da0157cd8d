import { say } from '../../src/core/speech/say.js'
import type { Hop, Knowledge } from '../../src/core/packet/walk.js'

/** What every host knows by now that it has been asked for: its neighbours, and the connections of IPVS. */
export function KnowledgeOfHosts({ hops, at }: { readonly hops: readonly Hop[]; readonly at: number }) {
  const current = hops[at]
  if (current === undefined) return null
  const newest = new Map<string, Knowledge>()
  const before = new Map<string, Knowledge>()
  for (const { host, knows } of hops.slice(0, at + 1)) {
    const known = newest.get(host)
    if (known !== undefined) before.set(host, known)
    newest.set(host, knows)
  }
  const names = [current.host, ...[...newest.keys()].filter((host) => host !== current.host).toReversed()]
  const learnt = names.filter((host) => !isEmpty(newest.get(host)))
  return (
    <div className="walk-knowledge">
      <h2>{say`What each host knows`}</h2>
      {learnt.length === 0 && <p className="absent">{say`No host has had to learn anything yet.`}</p>}
      {learnt.map((host) => {
        const knows = newest.get(host)
        if (knows === undefined) return null
        return (
          <HostKnowledge
            key={host}
            host={host}
            knows={knows}
            before={host === current.host ? (before.get(host) ?? NOTHING) : knows}
          />
        )
      })}
    </div>
  )
}

const NOTHING: Knowledge = { neighbours: [], connections: [] }

function isEmpty(knows: Knowledge | undefined): boolean {
  return knows === undefined || knows.neighbours.length + knows.connections.length === 0
}

/** `before`: what it knew already, so that what is new can be told. */
function HostKnowledge({
  host,
  knows,
  before,
}: {
  readonly host: string
  readonly knows: Knowledge
  readonly before: Knowledge
}) {
  const known = new Set([...before.neighbours, ...before.connections].map((each) => JSON.stringify(each)))
  const isNew = (each: unknown) => !known.has(JSON.stringify(each))
  return (
    <section aria-label={say`What ${host} knows`}>
      <h3>{host}</h3>
      {knows.neighbours.length > 0 && (
        <table>
          <caption>{say`Neighbours`}</caption>
          <thead>
            <tr>
              <th scope="col">{say`Address`}</th>
              <th scope="col">{say`MAC`}</th>
              <th scope="col">{say`By`}</th>
              <th scope="col">{say`Who answered`}</th>
            </tr>
          </thead>
          <tbody>
            {knows.neighbours.map((each) => (
              <tr key={`${each.interface} ${each.address}`}>
                <td>
                  {each.address}
                  {isNew(each) && <New />}
                </td>
                <td>{each.mac}</td>
                <td>{each.interface}</td>
                <td>{each.host}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {knows.connections.length > 0 && (
        <table>
          <caption>{say`IPVS connections`}</caption>
          <thead>
            <tr>
              <th scope="col">{say`Client`}</th>
              <th scope="col">{say`Service`}</th>
              <th scope="col">{say`Destination`}</th>
            </tr>
          </thead>
          <tbody>
            {knows.connections.map((each, index) => (
              <tr key={index}>
                <td>
                  {withPort(each.client, each.clientPort)}
                  {isNew(each) && <New />}
                </td>
                <td>
                  {each.protocol} {withPort(each.vip, each.vport)}
                </td>
                <td>
                  {withPort(each.destination, each.destinationPort)} ({each.method})
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function New() {
  return <span className="walk-new">{say`new`}</span>
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
