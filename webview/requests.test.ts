import { describe, expect, it } from 'vitest'
import type { SceneHost } from '../src/core/diagram/scene.js'
import type { TopologyEdit } from '../src/core/topology/edit.js'
import type { FromDesigner, ToDesigner } from '../src/protocol/designer.js'
import { createRequests } from './requests.js'

const edits: readonly TopologyEdit[] = [{ kind: 'unset', path: '/vrrp' }]

function model(version: number): ToDesigner {
  return {
    kind: 'model',
    version,
    scene: { name: undefined, hosts: [], networks: [], services: [], findings: [] },
    unreadable: 0,
    access: { editable: true },
  }
}
const stale = (request: number): ToDesigner => ({
  kind: 'answer',
  request,
  ok: false,
  stale: true,
  reason: 'changed',
})

function setUp() {
  const sent: FromDesigner[] = []
  const counts: number[] = []
  const requests = createRequests(
    (message) => sent.push(message),
    (count) => counts.push(count),
  )
  requests.receive(model(1))
  return { sent, counts, requests }
}

describe('edits on their way to the text', () => {
  it('carry the version they were made on, and are pending until answered', async () => {
    const { sent, counts, requests } = setUp()
    const answer = requests.edit(edits)
    expect(sent).toEqual([{ kind: 'edit', request: 1, version: 1, edits }])
    expect(counts).toEqual([1])
    requests.receive({ kind: 'answer', request: 1, ok: true })
    expect(await answer).toEqual({ ok: true })
    expect(counts.at(-1)).toBe(0)
  })

  it('are made again on the newer model when the text was faster', async () => {
    const { sent, counts, requests } = setUp()
    const answer = requests.edit(edits)
    requests.receive(stale(1))
    expect(sent).toHaveLength(1)
    expect(counts.at(-1)).toBe(1)
    requests.receive(model(2))
    expect(sent[1]).toEqual({ kind: 'edit', request: 2, version: 2, edits })
    requests.receive({ kind: 'answer', request: 2, ok: true })
    expect(await answer).toEqual({ ok: true })
  })

  it('and at once when the newer model came before the refusal', () => {
    const { sent, requests } = setUp()
    void requests.edit(edits)
    requests.receive(model(2))
    requests.receive(stale(1))
    expect(sent[1]).toMatchObject({ request: 2, version: 2 })
  })

  it('are given up, with the reason, when the text is faster again and again', async () => {
    const { requests } = setUp()
    const answer = requests.edit(edits)
    for (let request = 1; request <= 4; request++) {
      requests.receive(stale(request))
      requests.receive(model(request + 1))
    }
    expect(await answer).toEqual({ ok: false, reason: 'changed' })
  })

  it('that choose a name are made anew of the newer scene, and told as they came to be', async () => {
    const { sent, requests } = setUp()
    const names = ['rs3', 'rs4']
    const made = requests.gesture((scene) => ({
      ok: true,
      edits: [{ kind: 'add', what: 'host', name: names[scene.hosts.length] ?? '', value: new Map() }],
      subject: { what: 'host', name: names[scene.hosts.length] ?? '' },
      said: `Added ${names[scene.hosts.length] ?? ''}`,
    }))
    requests.receive(stale(1))
    const newer = model(2)
    if (newer.kind !== 'model') throw new Error('no model')
    const host = { name: 'rs3' } as SceneHost
    requests.receive({ ...newer, scene: { ...newer.scene, hosts: [host] } })
    expect(sent.map((message) => (message.kind === 'edit' ? message.edits : []))).toMatchObject([
      [{ name: 'rs3' }],
      [{ name: 'rs4' }],
    ])
    requests.receive({ kind: 'answer', request: 2, ok: true })
    expect(await made).toMatchObject({ ok: true, subject: { name: 'rs4' }, said: 'Added rs4' })
  })

  it('that have no sense any longer on the newer scene are not sent, and the reason is told', async () => {
    const { sent, counts, requests } = setUp()
    const reason = 'its network is gone'
    let gone = false
    const made = requests.gesture(() =>
      gone ? { ok: false, reason } : { ok: true, edits, subject: { what: 'host', name: 'a' }, said: '' },
    )
    gone = true
    requests.receive(stale(1))
    requests.receive(model(2))
    expect(await made).toEqual({ ok: false, reason })
    expect(sent).toHaveLength(1)
    expect(counts.at(-1)).toBe(0)
  })

  it('are done when the model has them, not when the text has', async () => {
    const { counts, requests } = setUp()
    let done = false
    const answer = requests.edit(edits).then(() => {
      done = true
    })
    requests.receive({ kind: 'answer', request: 1, ok: true, version: 3 })
    // Nothing is on its way to the text any longer.
    expect(counts.at(-1)).toBe(0)
    requests.receive(model(2))
    await Promise.resolve()
    expect(done).toBe(false)
    requests.receive(model(3))
    await answer
  })

  it('are among the properties when those of the same text have come', async () => {
    const { requests } = setUp()
    requests.receive({ kind: 'inspection', version: 1, inspection: undefined })
    await requests.inspected()
    requests.receive(model(2))
    let done = false
    const inspected = requests.inspected().then(() => {
      done = true
    })
    await Promise.resolve()
    expect(done).toBe(false)
    requests.receive({ kind: 'inspection', version: 2, inspection: undefined })
    await inspected
  })

  it('that are refused for themselves are not tried again', async () => {
    const { sent, requests } = setUp()
    const answer = requests.edit(edits)
    requests.receive({ kind: 'answer', request: 1, ok: false, stale: false, reason: 'mend the text first' })
    expect(await answer).toEqual({ ok: false, reason: 'mend the text first' })
    expect(sent).toHaveLength(1)
  })

  it('a fix is of one version: it is not made again on another', async () => {
    const { requests } = setUp()
    const answer = requests.fix(0, 0)
    requests.receive(stale(1))
    expect(await answer).toEqual({ ok: false, reason: 'changed' })
  })

  it('are waited for by a command, also where they are made again', () => {
    const { sent, requests } = setUp()
    const commands = () => sent.flatMap((message) => (message.kind === 'run' ? [message.command] : []))
    requests.run('check')
    expect(commands()).toEqual(['check'])
    void requests.edit(edits)
    requests.run('deploy')
    requests.receive(stale(1))
    requests.receive(model(2))
    expect(commands()).toEqual(['check'])
    requests.receive({ kind: 'answer', request: 2, ok: true })
    expect(commands()).toEqual(['check', 'deploy'])
    // A refused one is not in the text, and the person is told so.
    void requests.edit(edits)
    requests.run('plan')
    requests.receive({ kind: 'answer', request: 3, ok: false, stale: false, reason: 'no' })
    expect(commands()).toEqual(['check', 'deploy', 'plan'])
  })

  it('answers to nobody are nobody’s', () => {
    const { requests } = setUp()
    expect(() => {
      requests.receive({ kind: 'answer', request: 99, ok: true })
    }).not.toThrow()
  })
})
