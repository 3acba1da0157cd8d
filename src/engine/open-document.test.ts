import { describe, expect, it } from 'vitest'
import { DR } from '../core/checks/rules.test-kit.js'
import { openDocument, requireSound } from './open-document.js'
import { EngineRefusal } from './refusal.js'

const WRONG = DR.replace('rs1: {}', 'rs1: { port: 8080 }')
const judged = (text: string, settings?: string) => {
  requireSound(openDocument({ file: 'a.lvs.yaml', text, settings }))
}

describe('what the engine acts on', () => {
  it('is judged as in the editor: by its settings and by what its comments ignore', () => {
    expect(() => {
      judged(WRONG)
    }).toThrow(EngineRefusal)
    judged(WRONG, 'severity: { DR-PORT: warning }\n')
    judged(`# lvs-ignore-file DR-PORT: redirected\n${WRONG}`)
    expect(() => {
      judged(`# lvs-ignore-file DR-PORT\n${WRONG}`)
    }).toThrow(/has an error/)
    expect(() => {
      judged(DR.replace('mode: dr', 'mode: drr'), 'severity: { VALUE-UNKNOWN: off }\n')
    }).toThrow(/VALUE-UNKNOWN/)
  })

  it('is refused where it asks for more than can be done, whatever settings and comments say', () => {
    const text = `# lvs-ignore-file NOT-YET: we know\n${DR}manage: { director: keepalived }\n`
    expect(() => {
      judged(text, 'severity: { NOT-YET: off }\n')
    }).toThrow(/NOT-YET/)
  })
})
