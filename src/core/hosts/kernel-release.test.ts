import { describe, expect, it } from 'vitest'
import { isOlderThan } from './kernel-release.js'

describe('releases of the kernel', () => {
  it.each([
    ['4.9', '4.18', true],
    ['4.18', '4.18', false],
    ['4.18.0-553.el8_10.x86_64', '4.18', false],
    ['4.17.19', '4.18', true],
    ['5.10.0-28-amd64', '5.2', false],
    ['6.1', '5.12', false],
    ['3.10.0-1160.el7', '3.18', true],
    ['5.2', '5.2.1', true],
  ])('%s before %s: %s', (release, than, older) => {
    expect(isOlderThan(release, than)).toBe(older)
  })
})
