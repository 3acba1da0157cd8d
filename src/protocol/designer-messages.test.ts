import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TopologyEdit, Written } from '../core/topology/edit.js'
import type { FromDesigner } from './designer.js'
import { readFromDesigner, readToDesigner, wireFromDesigner } from './designer-messages.js'

/** As VS Code carries it: by JSON. */
const carried = (message: FromDesigner): unknown => JSON.parse(JSON.stringify(wireFromDesigner(message)))

describe('messages of the designer', () => {
  const edits: readonly TopologyEdit[] = [
    {
      kind: 'add',
      what: 'host',
      name: 'rs3',
      value: new Map<string, Written>([
        ['role', 'real-server'],
        ['interfaces', new Map()],
      ]),
    },
    { kind: 'add-real-server', service: 'web', host: 'rs3', value: new Map([['weight', 2]]) },
    { kind: 'remove-real-server', service: 'web', host: 'rs1' },
    { kind: 'remove', what: 'network', name: 'back' },
    { kind: 'rename', what: 'service', from: 'web', to: 'shop' },
    {
      kind: 'set',
      path: '/services/web/flags',
      value: [
        'sh-port',
        true,
        3,
        new Map([
          ['2', 'b'],
          ['1', 'a'],
        ]),
      ],
    },
    { kind: 'unset', path: '/vrrp' },
    { kind: 'rename-key', path: '/hosts/a/gatewy', to: 'gateway' },
    { kind: 'move', what: 'host', name: 'rs1', to: { x: -1.5, y: 0 } },
  ]
  it.each<FromDesigner>([
    { kind: 'ready' },
    { kind: 'draw' },
    { kind: 'edit', request: 1, version: 2, edits },
    { kind: 'typing', edits },
    { kind: 'fix', request: 3, version: 2, finding: 0, fix: 1 },
    { kind: 'copy', request: 5, subjects: [{ what: 'host', name: 'rs1' }] },
    { kind: 'paste', request: 6, version: 2 },
    { kind: 'duplicate', request: 7, version: 2, subjects: [{ what: 'network', name: 'back' }] },
    { kind: 'select', subject: { what: 'service', name: 'web' } },
    { kind: 'select', subject: { what: 'service', name: 'web' }, quietly: true },
    { kind: 'show', path: '/hosts/a' },
    { kind: 'show-problems' },
    {
      kind: 'walk',
      request: 4,
      wish: { service: 'web', client: 'alice', realServer: 'rs1', broken: ['arp rs1'] },
    },
    { kind: 'undo' },
    { kind: 'redo' },
    { kind: 'run', command: 'deploy' },
    { kind: 'fault', message: 'oh' },
  ])('$kind arrives as it was sent', (message) => {
    expect(readFromDesigner(carried(message))).toEqual(message)
  })

  it('a selection of nothing arrives as one', () => {
    expect(readFromDesigner(carried({ kind: 'select', subject: undefined }))).toEqual({
      kind: 'select',
      subject: undefined,
    })
  })

  it('a walk of whatever comes first, and none at all, arrive as such', () => {
    const wish = { service: 'web', client: undefined, realServer: undefined, broken: [] }
    expect(readFromDesigner(carried({ kind: 'walk', request: 1, wish }))).toEqual({
      kind: 'walk',
      request: 1,
      wish: { service: 'web', broken: [] },
    })
    expect(readFromDesigner(carried({ kind: 'walk', request: 2, wish: undefined }))).toEqual({
      kind: 'walk',
      request: 2,
    })
  })

  it('maps keep the order of their keys, whatever the keys are', () => {
    const value = new Map([
      ['10', 'a'],
      ['9', 'b'],
      ['__proto__', 'c'],
    ])
    const read = readFromDesigner(
      carried({ kind: 'edit', request: 1, version: 1, edits: [{ kind: 'set', path: '/x', value }] }),
    )
    if (read?.kind !== 'edit' || read.edits[0]?.kind !== 'set') throw new Error('not an edit')
    expect([...(read.edits[0].value as ReadonlyMap<string, unknown>).keys()]).toEqual([
      '10',
      '9',
      '__proto__',
    ])
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'ready'],
    ['a list', ['ready']],
    ['an unknown kind', { kind: 'deploy-now' }],
    ['a kind of Object’s', { kind: 'constructor' }],
    ['a command that is not for the canvas', { kind: 'run', command: 'remove' }],
    ['a command of VS Code', { kind: 'run', command: 'workbench.action.terminal.sendSequence' }],
    ['an edit without a version', { kind: 'edit', request: 1, edits: [] }],
    [
      'an edit with one wrong among right ones',
      { kind: 'edit', request: 1, version: 1, edits: [{ kind: 'unset', path: '/a' }, { kind: 'unset' }] },
    ],
    [
      'a value that is no value',
      { kind: 'edit', request: 1, version: 1, edits: [{ kind: 'set', path: '/a', value: { a: 1 } }] },
    ],
    [
      'a position that is none',
      {
        kind: 'edit',
        request: 1,
        version: 1,
        edits: [{ kind: 'move', what: 'host', name: 'a', to: { x: null, y: 1 } }],
      },
    ],
    [
      'nesting without end',
      { kind: 'edit', request: 1, version: 1, edits: [{ kind: 'set', path: '/a', value: nested(40) }] },
    ],
    ['a text without end', { kind: 'fault', message: 'x'.repeat(2_000_000) }],
    ['a walk of no service', { kind: 'walk', request: 1, wish: { broken: [] } }],
    [
      'a walk with a patch instead of its id',
      { kind: 'walk', request: 1, wish: { service: 'web', broken: [{ kind: 'sysctl' }] } },
    ],
    ['a negative finding', { kind: 'fix', request: 1, version: 1, finding: -1, fix: 0 }],
  ])('%s is dropped', (_, value) => {
    expect(readFromDesigner(value)).toBeUndefined()
  })

  it('nothing at all makes a guard throw', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        readFromDesigner(value)
        readToDesigner(value)
      }),
    )
    fc.assert(
      fc.property(
        fc.record(
          {
            kind: fc.constantFrom('edit', 'fix', 'select', 'show', 'walk', 'run', 'fault'),
            request: fc.anything(),
            version: fc.anything(),
            edits: fc.anything(),
            subject: fc.anything(),
            path: fc.anything(),
            wish: fc.anything(),
            command: fc.anything(),
            message: fc.anything(),
          },
          { requiredKeys: ['kind'] },
        ),
        (value) => {
          readFromDesigner(value)
        },
      ),
    )
  })
})

describe('messages to the designer', () => {
  it('are those of the protocol, and nothing else', () => {
    expect(readToDesigner({ kind: 'answer', request: 1, ok: true })).toEqual({
      kind: 'answer',
      request: 1,
      ok: true,
    })
    expect(readToDesigner({ kind: 'toString' })).toBeUndefined()
    expect(readToDesigner({ type: 'model' })).toBeUndefined()
    expect(readToDesigner('model')).toBeUndefined()
  })
})

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}
