import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, describe, expect, it } from 'vitest'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { DesignerPage, Theme } from './page-kit.js'

afterAll(closeBrowser)

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const sample = (name: string) => readFileSync(`samples/${name}.lvs.yaml`, 'utf8')
const EMPTY = 'lvs: 1\nname: new\n'

/** What the audit finds, with the elements it is about. */
async function violations({ page }: DesignerPage): Promise<readonly string[]> {
  await page.evaluate(AXE)
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
      id + ': ' + html.slice(0, 160) + ' ' + failureSummary.replace(/\\s+/g, ' '))))`)
}

/** States of the page, each reached from a drawing of its own sample. */
const STATES: readonly (readonly [string, string, (designer: DesignerPage) => Promise<unknown>])[] = [
  ['with a host in the panel', sample('dr'), (designer) => designer.node('host:rs1').click()],
  ['with a service in the panel', sample('tun'), (designer) => designer.node('service:web').click()],
  [
    'with a walk open',
    sample('nat'),
    async (designer) => {
      await designer.node('service:web').click()
      await designer.act('walk')
      await designer.page.locator('.walking').waitFor()
    },
  ],
  ['with the list to find in', sample('nat'), (designer) => designer.act('find')],
  ['with the form for many', sample('nat'), (designer) => designer.act('add-real-servers')],
  ['with findings', sample('dr').replace('mode: dr', 'mode: nat'), () => Promise.resolve()],
  ['with a closed farm', farmText(70), () => Promise.resolve()],
  ['without anything on it', EMPTY, () => Promise.resolve()],
  [
    'with text that cannot be read',
    sample('nat'),
    (designer) => designer.type(sample('nat').replace('hosts:', 'hosts: {')),
  ],
]
const THEMES: readonly Theme[] = ['dark', 'light', 'high-contrast', 'high-contrast-light']

describe('an audit of the page', () => {
  it.each(STATES)('finds nothing in any theme %s', { timeout: 120_000 }, async (_, text, reach) => {
    const designer = await openDesigner(text, { reducedMotion: true })
    await designer.settled()
    await reach(designer)
    await designer.page.waitForTimeout(200)
    for (const theme of THEMES) {
      await designer.theme(theme)
      expect(await violations(designer), theme).toEqual([])
    }
    expect(designer.faults).toEqual([])
    await designer.close()
  })

  it('finds what has no name', async () => {
    const designer = await openDesigner(EMPTY, { reducedMotion: true })
    await designer.settled()
    await designer.page.evaluate(`document.querySelector('.canvas').append(document.createElement('button'))`)
    expect(await violations(designer)).toEqual([expect.stringMatching(/^button-name: <button>/)])
    await designer.close()
  })
})
