import { expect, it } from 'vitest'
import { arrangeInTiers } from '../../src/core/diagram/arrangement.js'
import { groupsOf } from '../../src/core/diagram/blocks.js'
import { farmText, sceneFrom } from '../../src/core/diagram/diagram.test-kit.js'
import { movedInFile, pictureOf } from '../../src/core/diagram/picture.js'
import { elementsOf } from './elements.js'
import { nodeDataOf } from './node-data.js'

it('makes nothing anew of what stays as it is while something is dragged', () => {
  const scene = sceneFrom(farmText(300))
  const groups = groupsOf(scene, new Set(groupsOf(scene, new Set()).map(({ id }) => id)))
  const moved = movedInFile(scene)
  const pictureWith = (x: number) =>
    pictureOf(scene, groups, arrangeInTiers(scene, groups), {
      ...moved,
      hosts: new Map([...moved.hosts, ['lb1', { x, y: 500 }]]),
    })
  const marks = { selected: new Set(['host:lb1']), editable: true }
  const data = nodeDataOf(scene, pictureWith(0), new Map())
  const first = elementsOf(scene, pictureWith(0), data, marks)
  const known = new Map(first.nodes.map((node) => [node.id, node]))
  const hostsOf = ({ nodes }: typeof first) => nodes.filter(({ type }) => type === 'host')
  const second = elementsOf(scene, pictureWith(8), data, marks, known)
  const changed = hostsOf(second).filter((node) => known.get(node.id) !== node)
  expect(hostsOf(second).length).toBeGreaterThan(300)
  expect(changed.map(({ id, position }) => ({ id, position }))).toEqual([
    { id: 'host:lb1', position: { x: 8, y: 500 } },
  ])
  // What is selected, or may not be moved any longer, is another node.
  const other = elementsOf(scene, pictureWith(8), data, { selected: new Set(), editable: true }, known)
  expect(hostsOf(other).find(({ id }) => id === 'host:lb1')?.selected).toBe(false)
  const frozen = elementsOf(scene, pictureWith(8), data, { ...marks, editable: false }, known)
  expect(hostsOf(frozen).every(({ draggable }) => draggable === false)).toBe(true)
})
