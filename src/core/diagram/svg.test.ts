import { describe, expect, it } from 'vitest'
import { speakChinese } from '../speech/chinese.test-kit.js'
import { speak } from '../speech/say.js'
import { arrangeInTiers } from './arrangement.js'
import { groupsOf } from './blocks.js'
import { farmText, sample, sceneFrom } from './diagram.test-kit.js'
import { movedInFile, pictureOf } from './picture.js'
import type { DrawingOptions } from './svg.js'
import { drawingAsSvg } from './svg.js'
import { element, fitted, text, widthOf } from './svg-markup.js'

function svgOf(text: string, options: Partial<DrawingOptions> = {}): string {
  const scene = sceneFrom(text)
  const groups = groupsOf(scene, new Set())
  const picture = pictureOf(scene, groups, arrangeInTiers(scene, groups), movedInFile(scene))
  return drawingAsSvg(scene, picture, { theme: 'auto', findings: true, ...options })
}

/** The names of all elements; fails where one is not closed, or closed twice. */
function elementsOf(svg: string): string[] {
  const open: string[] = []
  const seen: string[] = []
  for (const [, closing, name = '', alone] of svg.matchAll(/<(\/?)([a-zA-Z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closing === '/') expect(open.pop()).toBe(name)
    else {
      seen.push(name)
      if (alone !== '/') open.push(name)
    }
  }
  expect(open).toEqual([])
  return seen
}

describe('a drawing as SVG', () => {
  it('is in Chinese for whoever reads Chinese, and a text has room for its signs', () => {
    speakChinese()
    const svg = svgOf(sample('dr'))
    speak(undefined)
    expect(svg).toContain('应答绕过 lb1，直接发给客户端')
    expect(svg).toContain('>真实服务器<')
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content = '']) => content)
    expect(texts.filter((content) => /\b[a-z]+ [a-z]+\b/.test(content))).toEqual([])
    expect(widthOf('应答', 6)).toBe(4 * 6)
  })

  it.each(['nat', 'tun', 'dr'] as const)('shows hosts, networks, services and VIPs of %s', (mode) => {
    const svg = svgOf(sample(mode))
    const scene = sceneFrom(sample(mode))
    expect(new Set(elementsOf(svg))).not.toContain('script')
    for (const { name } of [...scene.hosts, ...scene.networks, ...scene.services]) {
      expect(svg).toContain(`>${name}<`)
    }
    for (const { vips } of scene.hosts) for (const { address } of vips) expect(svg).toContain(`>${address}<`)
    expect(svg).toContain(mode === 'nat' ? 'replies go back through' : 'replies go past')
    // Fetches nothing, from nowhere.
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|url\((?!#)/)
  })

  it('is the same for the same picture', () => {
    expect(svgOf(sample('dr'))).toBe(svgOf(sample('dr')))
  })

  it('follows what its reader prefers, or is light or dark', () => {
    expect(svgOf(sample('dr'))).toContain('prefers-color-scheme: dark')
    const [light, dark] = [svgOf(sample('dr'), { theme: 'light' }), svgOf(sample('dr'), { theme: 'dark' })]
    expect(light).not.toContain('prefers-color-scheme')
    expect(light).not.toBe(dark)
  })

  it('marks what has findings, and leaves that out where asked to', () => {
    const wrong = sample('dr').replace(/^(\s+director: lb1)$/m, '$1\n    scheduler: nothing')
    expect(svgOf(wrong)).toContain('class="m-error"')
    expect(svgOf(wrong, { findings: false })).not.toContain('class="m-')
  })

  it('holds everything it draws', () => {
    const svg = svgOf(sample('tun'))
    const [left = NaN, top = NaN, width = NaN, height = NaN] =
      /viewBox="([^"]*)"/.exec(svg)?.[1]?.split(' ').map(Number) ?? []
    for (const [, x, y] of svg.matchAll(/<(?:rect|text)[^>]* x="([-\d.]+)" y="([-\d.]+)"/g)) {
      if (!svg.includes(`x="${x ?? ''}"`)) continue
      expect(Number(x)).toBeLessThanOrEqual(left + width)
      expect(Number(y)).toBeLessThanOrEqual(top + height)
    }
  })

  it('draws a large farm as one, an empty file, and what is half written', () => {
    expect(svgOf(farmText(250))).toContain('real servers ×250')
    for (const text of ['', 'lvs: 1', 'hosts: { a: {} }\nservices: { s: {} }', sample('dr').slice(0, 400)]) {
      elementsOf(svgOf(text))
    }
  })
})

describe('a text in little room', () => {
  it('is shortened at its end, wide signs counted as two', () => {
    expect(fitted('director', 80, 10)).toBe('director')
    expect(fitted('director', 60, 10)).toBe('direc…')
    expect(fitted('负载均衡器', 60, 10)).toBe('负载…')
    expect(fitted('💥💥💥💥', 50, 10)).toBe('💥💥…')
  })
})

describe('markup', () => {
  it('is made of elements alone: a text is a text, and what XML cannot hold is replaced', () => {
    expect(element('text', { x: 1.234, class: '"><script>' }, [text('a <b> & "c" \u0007 \ud800')]).svg).toBe(
      '<text x="1.23" class="&quot;&gt;&lt;script&gt;">a &lt;b&gt; &amp; &quot;c&quot; \ufffd \ufffd</text>',
    )
  })
})
