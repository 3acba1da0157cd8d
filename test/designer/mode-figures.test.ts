import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { closeBrowser, openDesigner } from './page-kit.js'
import type { DesignerPage, Theme } from './page-kit.js'

afterAll(closeBrowser)

const sample = (mode: string) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')

async function openService(
  text: string,
  options: Parameters<typeof openDesigner>[1] = {},
): Promise<DesignerPage> {
  const designer = await openDesigner(text, options)
  await designer.settled()
  await designer.node('service:web').click()
  await designer.page.locator('.mode-figures').waitFor()
  return designer
}

/** The table as a screen reader goes through it: every row with its header, and the cells by column. */
async function read({ page }: DesignerPage) {
  const rows = await page.getByRole('table').getByRole('row').all()
  const texts = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()))
  return new Map(texts.map(([name = '', ...cells]) => [name, cells]))
}

describe('the figures of the modes', () => {
  it.each<[string, Theme]>([
    ['dr', 'dark'],
    ['dr', 'light'],
    ['nat', 'dark'],
    ['nat', 'high-contrast'],
  ])('of sample %s in %s are a table beside the choice', async (mode, theme) => {
    const designer = await openService(sample(mode), { theme, size: { width: 1400, height: 1400 } })
    const rows = await read(designer)
    expect(rows.get('Bytes in')).toEqual(['17,496', '1,498', '1,498'])
    expect(rows.get('Bytes out')).toEqual(['17,496', '1,798', '1,498'])
    expect(rows.get('Of all bytes')).toEqual(['100 %', '8.6 %', '8.6 %'])
    if (mode === 'dr') {
      expect(rows.get('')).toEqual(['NAT', 'TUN', 'DR'])
      expect(rows.get('Times NAT')).toEqual(['1×', '8.4×', '9.8×'])
      expect(rows.get('Bounded by')).toEqual(['lb1 eth0 in', 'edge eth0 out', 'edge eth0 out'])
    } else {
      expect(rows.get('')).toEqual(['NAT', 'TUN *', 'DR *'])
      expect(rows.get('Servers that help')).toEqual(['1', '8', '9'])
      expect([...rows.keys()]).toContain('* with what it lacks mended')
    }
    await designer.page.locator('.mode-figures').scrollIntoViewIfNeeded()
    await designer.screenshot(`modes-${mode}-${theme}`)
    expect(designer.faults).toEqual([])
    await designer.close()
  })

  it('are named and described for who cannot see them', async () => {
    const designer = await openService(sample('dr'))
    const table = designer.page.getByRole('table', {
      name: /For one request of 500 B and its reply of 15 kB/,
    })
    expect(await table.getByRole('columnheader').allTextContents()).toEqual(['NAT', 'TUN', 'DR'])
    expect(await table.getByRole('rowheader').allTextContents()).toContain('Packets in')
    // They are no part of the choice, and no stop of the Tab key.
    expect(await designer.page.getByRole('radiogroup').getByRole('table').count()).toBe(0)
    expect(await table.locator('button, a, input, [tabindex]').count()).toBe(0)
    await designer.close()
  })

  it.each([
    ['beside the drawing', { width: 900, height: 900 }],
    ['below it', { width: 420, height: 900 }],
  ])('fit into the panel %s', async (place, size) => {
    const long = sample('dr').replaceAll('edge:', 'edge-router-of-the-second-building:')
    const designer = await openService(long, { size })
    // Nothing sticks out to be scrolled to.
    const over = await designer.page.evaluate<number>(
      "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.panel'))",
    )
    expect(over, place).toBeLessThanOrEqual(0)
    await designer.page.locator('.mode-figures').scrollIntoViewIfNeeded()
    await designer.screenshot(`modes-${size.width}`)
    await designer.close()
  })

  it('follow the text, and go where nothing can be counted', async () => {
    const designer = await openService(sample('dr'))
    await designer.type(sample('dr').replaceAll('rs2: {}', 'rs2: { weight: 0 }'))
    await expect
      .poll(() => designer.page.locator('.mode-figures').textContent())
      .toContain('Requests/s, 1 server')
    await designer.type(sample('dr').replaceAll(/rs[12]: \{\}/g, ''))
    await expect.poll(() => designer.page.locator('.mode-figures').count()).toBe(0)
    expect(await designer.page.locator('.mode-card').count()).toBe(3)
    await designer.close()
  })
})
