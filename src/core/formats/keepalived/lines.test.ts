import { describe, expect, it } from 'vitest'
import { dumped, read } from './keepalived.test-kit.js'
import { NO_FILES } from '../source-text.js'

describe('the lines of a configuration', () => {
  it('count with a condition for its id only, and for all where none is given', () => {
    const text = '@high net_namespace high\n@low net_namespace low\n@^low router a\n@^high@low b c\n'
    expect(dumped(read(text, NO_FILES, 'high').directives)).toBe('net_namespace high\nrouter a\nb c\n')
    expect(dumped(read(text, NO_FILES, 'low').directives)).toBe('net_namespace low\nb c\n')
    expect(read(text, NO_FILES, 'low').ids).toEqual(new Set(['high', 'low', 'high@low']))
    expect(read(text).directives).toHaveLength(4)
  })
})
