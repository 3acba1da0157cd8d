import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { speakChinese } from '../core/speech/chinese.test-kit.js'
import { speak, spoken } from '../core/speech/say.js'
import type { FromEngine } from '../protocol/engine.js'
import { createEngine } from './engine.js'

afterEach(() => {
  speak(undefined)
})

it('the engine speaks the language it was told first', async () => {
  speakChinese()
  const language = spoken()
  speak(undefined)
  if (language === undefined) throw new Error('there is no Chinese')
  const document = { file: 'nat.lvs.yaml', text: readFileSync('samples/nat.lvs.yaml', 'utf8') }
  const sent: FromEngine[] = []
  const engine = createEngine({ send: (message) => sent.push(message), log: () => undefined })
  const drain = (id: number) => {
    engine.receive({
      kind: 'request',
      id,
      request: {
        kind: 'plan',
        purpose: 'drain',
        realServer: { service: 'mail', realServer: 'rs1' },
        document,
      },
    })
  }
  const answer = async (id: number) => {
    await expect.poll(() => sent.find((message) => message.id === id)).toBeDefined()
    const message = sent.find((each) => each.id === id)
    return message?.kind === 'failed' ? message.message : ''
  }
  drain(1)
  expect(await answer(1)).toBe('there is no service mail; the drawing has web, web6; nothing was done')
  engine.receive({ kind: 'speak', language })
  drain(2)
  expect(await answer(2)).toBe('没有服务 mail；图中有 web, web6；没有做任何事')
  await engine.shutDown()
})
