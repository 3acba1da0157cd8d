import { describe, expect, it } from 'vitest'
import { isFromEngine, isToEngine } from './engine-guards.js'
import type { FromEngine, ToEngine } from './engine.js'

const document = { file: 'shop.lvs.yaml', text: 'lvs: 1\n' }

/** As it arrives: undefined fields do not travel. */
const travelled = (message: unknown): unknown => JSON.parse(JSON.stringify(message))

const TO_ENGINE: readonly ToEngine[] = [
  { kind: 'speak', language: { tag: 'zh-CN', texts: {} } },
  { kind: 'ping', id: 1 },
  { kind: 'cancel', id: 2 },
  { kind: 'answer', id: 2, question: 1, trusted: true },
  { kind: 'request', id: 3, request: { kind: 'plan', purpose: 'apply', document, sshConfig: undefined } },
  { kind: 'request', id: 3, request: { kind: 'verify', document, sshConfig: '/home/me/.ssh/config' } },
  {
    kind: 'request',
    id: 4,
    request: {
      kind: 'apply',
      document,
      expected: [{ host: 'lb1', observedHash: 'ab' }],
      drainSeconds: 30,
    },
  },
  { kind: 'request', id: 5, request: { kind: 'remove', document, expected: [], drainSeconds: 0 } },
  { kind: 'request', id: 5, request: { kind: 'import', hosts: ['lb1', 'rs1'], sshConfig: '/x' } },
  { kind: 'request', id: 6, request: { kind: 'lab-up', document } },
  { kind: 'request', id: 7, request: { kind: 'lab-down', document } },
  { kind: 'request', id: 8, request: { kind: 'lab-status', document } },
  { kind: 'request', id: 8, request: { kind: 'rehearse', document, keep: false } },
  {
    kind: 'request',
    id: 9,
    request: { kind: 'verify', document: { ...document, settings: 'severity: {}\n' } },
  },
]

const FROM_ENGINE: readonly FromEngine[] = [
  { kind: 'pong', id: 1 },
  { kind: 'progress', id: 1, message: 'connecting' },
  {
    kind: 'question',
    id: 1,
    question: 1,
    hostKey: { host: 'lb1', address: '192.0.2.2', port: 22, keyType: 'ED25519', sha256: 'SHA256:x' },
  },
  { kind: 'failed', id: 1, message: 'no', cancelled: false, unknown: true },
  {
    kind: 'done',
    id: 1,
    result: {
      kind: 'plan',
      cluster: 'shop',
      hash: '0123456789ab',
      hosts: [
        {
          host: 'lb1',
          observedHash: 'ab',
          steps: [{ summary: 's', why: 'w', before: '0', after: '1', revertible: true }],
          notes: ['n'],
          before: '',
          after: '',
        },
      ],
      refusals: [],
      failures: [],
    },
  },
  {
    kind: 'done',
    id: 1,
    result: {
      kind: 'apply',
      outcome: 'REFUSED',
      hosts: [{ host: 'lb1', outcome: 'UNKNOWN', detail: '' }],
      refusals: ['lb1: no'],
      services: [{ service: 'web', outcome: 'PASSED', detail: '' }],
    },
  },
  {
    kind: 'done',
    id: 1,
    result: { kind: 'verify', outcome: 'PASSED', summary: '', hosts: [], services: [] },
  },
  { kind: 'done', id: 1, result: { kind: 'import', text: 'lvs: 1', services: 2, notes: ['lb1: n'] } },
  {
    kind: 'done',
    id: 1,
    result: { kind: 'lab-up', lab: { name: 'shop', sshConfig: '/x', hosts: ['lb1'], problems: [] } },
  },
  { kind: 'done', id: 1, result: { kind: 'lab-down', name: 'shop', existed: true } },
  { kind: 'done', id: 1, result: { kind: 'lab-status', name: 'shop', state: 'stopped' } },
  {
    kind: 'done',
    id: 1,
    result: {
      kind: 'rehearse',
      name: 'shop',
      outcome: 'DIFFERS',
      summary: 's',
      notes: ['n'],
      asked: [
        {
          service: 'web',
          client: 'alice',
          target: 'tcp 192.0.2.100 port 80',
          requests: [
            {
              seen: 'nothing',
              served: false,
              server: undefined,
              scheduled: true,
              agrees: false,
              walk: { served: undefined, verdict: 'UNDETERMINED', realServer: 'rs1', reason: 'r' },
              differences: ['d'],
              frames: [
                { walk: { host: 'alice', interface: 'eth0', network: 'lan', headers: ['ip'] }, same: false },
              ],
            },
          ],
          unmet: [{ verdict: 'SERVED', reason: 'r' }],
        },
      ],
      tables: [{ host: 'lb1', text: 'IP Virtual Server' }],
    },
  },
]

const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  0,
  '',
  'ping',
  [],
  {},
  { kind: 'ping' },
  { kind: 'speak', language: { tag: 'zh-CN', texts: { 'no route': 1 } } },
  { kind: 'speak', language: { tag: 'de', texts: {} } },
  { kind: 'ping', id: 0 },
  { kind: 'ping', id: 1.5 },
  { kind: 'ping', id: '1' },
  { kind: 'ping', id: 1, more: true },
  { kind: 'toString', id: 1 },
  { kind: '__proto__', id: 1 },
  { kind: ['ping'], id: 1 },
  { kind: 'request', id: 1, request: { kind: 'plan', purpose: 'destroy', document } },
  { kind: 'request', id: 1, request: { kind: 'plan', purpose: 'apply' } },
  { kind: 'request', id: 1, request: { kind: 'rehearse', document } },
  { kind: 'request', id: 1, request: { kind: 'rehearse', document, keep: 'yes' } },
  { kind: 'request', id: 1, request: { kind: 'exec', document, command: 'true' } },
  { kind: 'request', id: 1, request: { kind: 'apply', document, drainSeconds: 30 } },
  { kind: 'request', id: 1, request: { kind: 'apply', document, expected: {}, drainSeconds: 30 } },
  { kind: 'request', id: 1, request: { kind: 'apply', document, expected: [null], drainSeconds: 30 } },
  { kind: 'request', id: 1, request: { kind: 'apply', document, expected: [], drainSeconds: -1 } },
  { kind: 'request', id: 1, request: { kind: 'apply', document, expected: [], drainSeconds: 86_401 } },
  { kind: 'request', id: 1, request: { kind: 'apply', document, expected: [], drainSeconds: null } },
  {
    kind: 'request',
    id: 1,
    request: { kind: 'apply', document, expected: [], drainSeconds: 1, skip: true },
  },
  { kind: 'request', id: 1, request: { kind: 'import', hosts: [] } },
  { kind: 'request', id: 1, request: { kind: 'import', hosts: ['-oProxyCommand=x'] } },
  { kind: 'request', id: 1, request: { kind: 'import', hosts: Array.from({ length: 201 }, () => 'rs1') } },
  { kind: 'answer', id: 1, question: 1, trusted: 'yes' },
  { kind: 'answer', id: 1, question: 1, trusted: 1 },
  {
    kind: 'done',
    id: 1,
    result: { kind: 'apply', outcome: 'SUCCESS', hosts: [], refusals: [], services: [] },
  },
  { kind: 'done', id: 1, result: { kind: 'lab-status', name: 'shop', state: 'odd' } },
  { kind: 'failed', id: 1, message: 'x'.repeat(2 * 1024 * 1024), cancelled: false, unknown: false },
]

describe('messages between extension and engine', () => {
  it.each(TO_ENGINE.map((message) => [JSON.stringify(message), message]))(
    'the engine takes %s',
    (_, message) => {
      expect(isToEngine(travelled(message))).toBe(true)
      expect(isFromEngine(travelled(message))).toBe(false)
    },
  )

  it.each(FROM_ENGINE.map((message) => [JSON.stringify(message), message]))(
    'the extension takes %s',
    (_, message) => {
      expect(isFromEngine(travelled(message))).toBe(true)
      expect(isToEngine(travelled(message))).toBe(false)
    },
  )

  it.each(GARBAGE.map((message) => [JSON.stringify(message ?? null).slice(0, 100), message]))(
    'nobody takes %s',
    (_, message) => {
      expect(isToEngine(message)).toBe(false)
      expect(isFromEngine(message)).toBe(false)
    },
  )

  it('every field counts: without any of them, or with another type, it is no message', () => {
    for (const [messages, guard] of [
      [TO_ENGINE, isToEngine],
      [FROM_ENGINE, isFromEngine],
    ] as const) {
      for (const message of messages) {
        for (const broken of brokenCopies(travelled(message))) {
          expect(guard(broken), JSON.stringify(broken)).toBe(false)
        }
      }
    }
  })
})

/** Copies with one field, wherever it stands, of a type that no field has. What is optional may be absent. */
function brokenCopies(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    return items.flatMap((item, index) => brokenCopies(item).map((broken) => items.with(index, broken)))
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, field]) => [
    ...(['sshConfig', 'lab', 'settings', 'walk', 'realServer'].includes(key) ? [] : [without(value, key)]),
    { ...value, [key]: null },
    ...brokenCopies(field).map((broken) => ({ ...value, [key]: broken })),
  ])
}

function without(value: object, key: string): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
}
