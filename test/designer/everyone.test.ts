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

  it.each([
    ['the system', { reducedMotion: true }],
    ['VS Code', { reducedMotion: false }],
  ])(
    'moves nothing for those who asked %s for less movement: the view is there at once',
    async (asked, motion) => {
      const designer = await openDesigner(sample('nat'), motion)
      if (asked === 'VS Code')
        await designer.page.evaluate<undefined>("document.body.classList.add('vscode-reduce-motion')")
      await designer.settled()
      // Every place the view is at from here on, as a person would see it.
      await designer.page.evaluate<undefined>(`{
      const view = document.querySelector('.react-flow__viewport')
      window.seen = [view.style.transform]
      new MutationObserver(() => {
        if (window.seen.at(-1) !== view.style.transform) window.seen.push(view.style.transform)
      }).observe(view, { attributes: true, attributeFilter: ['style'] })
    }`)
      const places = () => designer.page.evaluate<string[]>('window.seen')
      await designer.act('zoom-in')
      await expect.poll(async () => (await places()).length).toBeGreaterThan(1)
      await designer.settled()
      await designer.act('fit')
      await designer.settled()
      const seen = await places()
      expect(seen).toHaveLength(3)
      expect(seen[2]).toBe(seen[0])
      expect(await designer.page.evaluate<number>('document.getAnimations().length')).toBe(0)
      await designer.close()
    },
  )
})

describe('by keyboard alone', () => {
  it('the palette, the tools and what aligns are one stop each, with arrow keys inside', async () => {
    const designer = await openDesigner(sample('nat'))
    await designer.settled()
    const { page } = designer
    const focused = () =>
      page.evaluate<string>('document.activeElement.ariaLabel || document.activeElement.textContent')
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
      return focused()
    }
    expect(await press('Tab')).toContain('client')
    expect(await press('ArrowDown')).toContain('router')
    expect(await press('ArrowUp', 'ArrowUp')).toContain('service')
    expect(await press('Home', 'End', 'ArrowUp')).toContain('network')
    expect(await press('Tab')).toContain('Topology')
    expect(await press('Shift+Tab')).toContain('network')
    await press('Enter')
    await designer.node('network:net1').waitFor()
    expect(await press('Tab', 'Tab')).toBe('Zoom in')
    expect(await press('End')).toBe('Lock the canvas')
    await designer.close()
  })

  it('Enter goes from the canvas to the properties of what is selected, and Escape back', async () => {
    const designer = await openDesigner(sample('nat'))
    await designer.settled()
    const { page } = designer
    const within = (part: string) =>
      page.evaluate<boolean>(`document.activeElement.closest(${JSON.stringify(part)}) !== null`)
    await page.locator('.canvas').focus()
    // With nothing selected, to those of the cluster.
    await page.keyboard.press('Enter')
    await page.locator('.panel:focus').waitFor()
    const name = page.locator('.property', { hasText: /^name/ }).locator('input')
    while ((await name.and(page.locator(':focus')).count()) === 0) await page.keyboard.press('Tab')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('shop')
    await page.keyboard.press('Enter')
    await expect.poll(designer.text).toContain('\nname: shop\n')
    await expect.poll(() => page.locator('.panel-title').textContent()).toBe('shop')
    await page.keyboard.press('Escape')
    await expect.poll(() => within('.canvas')).toBe(true)
    await page.keyboard.press('ArrowRight')
    await page.locator('.panel-rename').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => within('.panel')).toBe(true)
    // What is half typed is taken back first.
    await page.keyboard.press('Tab')
    await page.keyboard.type('x')
    await page.keyboard.press('Escape')
    await expect.poll(() => within('.panel')).toBe(true)
    await page.keyboard.press('Escape')
    await expect.poll(() => within('.canvas')).toBe(true)
    expect(designer.faults).toEqual([])
    await designer.close()
  })
})
