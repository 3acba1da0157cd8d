import { expect, it } from 'vitest'
import { sample, sceneFrom } from './diagram.test-kit.js'
import { renameProblem } from './rename.js'

const scene = sceneFrom(sample('nat'))

it.each([
  ['host', 'rs1', 'rs1', undefined],
  ['host', 'rs1', 'blue', undefined],
  ['host', 'rs1', '', /needs a name/],
  ['host', 'rs1', 'rs2', /a host "rs2" already/],
  ['host', 'rs1', 'a b', /Letters, digits/],
  ['network', 'front', 'a b', undefined],
  ['network', 'front', 'back', /a network "back" already/],
  ['service', 'web', '-', /beginning with/],
] as const)('%s %s renamed to %j', (what, name, to, problem) => {
  const said = renameProblem(scene, { what, name }, to)
  if (problem === undefined) expect(said).toBeUndefined()
  else expect(said).toMatch(problem)
})
