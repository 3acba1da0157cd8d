import { expect, it } from 'vitest'
import { pairFrames } from './frame-pairs.js'

const frames = (text: string) => Array.from(text, (key) => ({ key }))

it.each([
  ['abc', 'abc', 'a=a b=b c=c'],
  ['abc', 'axbc', 'a=a -x b=b c=c'],
  ['abc', 'ab', 'a=a b=b c-'],
  ['abc', 'ac', 'a=a b- c=c'],
  ['abc', 'axc', 'a=a b≠x c=c'],
  ['abc', 'xyz', 'a≠x b≠y c≠z'],
  ['ab', 'abxy', 'a=a b=b -x -y'],
  ['', 'x', '-x'],
  ['a', '', 'a-'],
])('frames %j beside %j', (walked, captured, expected) => {
  const pairs = pairFrames(frames(walked), frames(captured))
  const text = pairs.map(({ walk, kernel, same }) =>
    same
      ? `${walk?.key ?? ''}=${kernel?.key ?? ''}`
      : walk !== undefined && kernel !== undefined
        ? `${walk.key}≠${kernel.key}`
        : walk !== undefined
          ? `${walk.key}-`
          : `-${kernel?.key ?? ''}`,
  )
  expect(text.join(' ')).toBe(expected)
})
