import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packagedReadme } from '../../scripts/packaged-readme.mjs'

describe('the README that comes with the extension', () => {
  const packaged = packagedReadme()
  const sections = (file: string) => readFileSync(file, 'utf8').match(/^## .*/gm) ?? []

  it('leads nowhere but to the web: VS Code shows it without the files beside it', () => {
    const targets = [...packaged.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target)
    expect(targets.filter((target) => target?.startsWith('https:') !== true)).toEqual([])
    expect(packaged).not.toContain('<!--')
    expect(packaged).not.toMatch(/<(img|a)\b/)
  })

  it('has all of both languages, but how to develop', () => {
    const both = [...sections('README.md'), ...sections('README.zh-CN.md')]
    expect(packaged.match(/^## .*/gm)).toEqual(
      both.filter((section) => section !== '## Developing' && section !== '## 开发'),
    )
    // Nobody who reads Chinese has to scroll to learn that it is there.
    expect(packaged.split('\n')[2]).toBe('简体中文的说明在英文之后。')
  })
})
