import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { farmText } from '../../src/core/diagram/diagram.test-kit.js'
import { closeBrowser, openDesigner } from './page-kit.js'

afterAll(closeBrowser)

const sample = (name: string) => readFileSync(`samples/${name}.lvs.yaml`, 'utf8')
const EMPTY = 'lvs: 1\nname: new\n'

describe('what those hear who do not see the drawing', () => {
  it.each([
    ['nat', sample('nat')],
    ['tun', sample('tun')],
    ['dr', sample('dr')],
    ['farm', farmText(70)],
    ['empty', EMPTY],
  ])('of %s is as it was', async (name, text) => {
    const designer = await openDesigner(text)
    await designer.settled()
    const heard = `${await designer.page.locator('#designer').ariaSnapshot()}\n`
    const file = `test/golden/heard/${name}.yaml`
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync('test/golden/heard', { recursive: true })
      writeFileSync(file, heard)
    }
    expect(heard, `if this is what is wanted: UPDATE_GOLDEN=1 and this test`).toBe(readFileSync(file, 'utf8'))
    await designer.close()
  })
})

describe('for those who need more than colours, or less than movement', () => {
  it('shows in forced colours what has the focus and what is selected', async () => {
    const designer = await openDesigner(sample('nat'))
    await designer.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
    await designer.settled()
    await designer.page.locator('.canvas').focus()
    await designer.page.keyboard.press('ArrowRight')
    await designer.page
      .locator('.selected .card, .card.selected, .bar.selected, .pill.selected')
      .first()
      .waitFor()
    const style = (selector: string, property: string) =>
      designer.page.evaluate<string>(
        `getComputedStyle(document.querySelector(${JSON.stringify(selector)}))['${property}']`,
      )
    expect(await style(':is(.card, .bar, .pill).selected', 'outlineStyle')).toBe('solid')
    expect(await style('.canvas', 'outlineStyle')).toBe('solid')
    await designer.screenshot('forced-colours')
    expect(designer.faults).toEqual([])
    await designer.close()
  })
})
