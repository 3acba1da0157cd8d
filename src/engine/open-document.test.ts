import { describe, expect, it } from 'vitest'
import { DR } from '../core/checks/rules.test-kit.js'
import { openDocument, requireSound } from './open-document.js'
import { EngineRefusal } from './refusal.js'

const WRONG = DR.replace('rs1: {}', 'rs1: { port: 8080 }')
/** What is told of the findings that somebody has answered for. */
const judged = (text: string, settings?: string) => {
  const told: string[] = []
  requireSound(openDocument({ file: 'a.lvs.yaml', text, settings }), (message) => told.push(message))
  return told
}

describe('what the engine acts on', () => {
  it('is judged as in the editor: by its settings and by what its comments ignore', () => {
    expect(() => {
      judged(WRONG)
    }).toThrow(EngineRefusal)
    expect(judged(WRONG, 'severity: { DR-PORT: warning }\n')).toEqual([])
    const line = WRONG.slice(0, WRONG.indexOf('port: 8080')).split('\n').length + 1
    expect(judged(`# lvs-ignore-file DR-PORT: redirected\n${WRONG}`)).toEqual([
      `line ${line}: DR-PORT is ignored: redirected`,
    ])
    expect(() => {
      judged(`# lvs-ignore-file DR-PORT\n${WRONG}`)
    }).toThrow(/has an error/)
    expect(() => {
      judged(DR.replace('mode: dr', 'mode: drr'), 'severity: { VALUE-UNKNOWN: off }\n')
    }).toThrow(/VALUE-UNKNOWN/)
  })
})
