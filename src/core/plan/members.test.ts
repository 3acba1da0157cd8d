import { describe, expect, it } from 'vitest'
import { observeHost } from '../hosts/observe.js'
import { memberRecord, membersIn, undrawnMembers } from './members.js'
import { isBusy, makePlan, recordOf } from './plan.js'
import type { Purpose } from './plan.js'
import { clusterOf, digest, fresh, sample } from './plan.test-kit.js'

const text = sample('dr').replace(
  '  rs2:\n',
  '  rs2:\n    ssh: { address: 10.1.2.3, port: 2222, user: ops, jump: bastion, sudo: true }\n',
)
const cluster = clusterOf(text)
const without = clusterOf(text.replace(/^ +rs2: \{\}\n/gm, '').replace(/^ {2}rs2:\n(?: {4}.*\n)+/m, ''))

/** The hosts as a deployment of that drawing leaves their records. */
function recorded(of: typeof cluster, lines: Readonly<Record<string, readonly string[]>> = {}) {
  return new Map(
    ['lb1', 'rs1', 'rs2']
      .filter((name) => of.hosts.has(name))
      .map((name) => [
        name,
        observeHost(name, fresh(of, name, ['== wanted', ...(lines[name] ?? [])].join('\n'))),
      ]),
  )
}

function plans(of: typeof cluster, observed: ReturnType<typeof recorded>, purpose: Purpose = 'apply') {
  return new Map(makePlan(of, observed, { purpose, digest }).hosts.map((plan) => [plan.host, plan]))
}

const lineOf = ({ kind, key, state }: { kind: string; key: string; state: string }) =>
  `${kind}\t${key}\t${state}`
const deployedBy = (of: typeof cluster) =>
  Object.fromEntries([...plans(of, recorded(of))].map(([name, plan]) => [name, recordOf(plan).map(lineOf)]))
const membersOf = (name: string, by: ReturnType<typeof plans>) =>
  by.get(name)?.members.map(({ host }) => host)

describe('what hosts know of each other', () => {
  it('is of all hosts on a director, and of directors on a real server', () => {
    const made = plans(cluster, recorded(cluster))
    expect(membersOf('lb1', made)).toEqual(['rs1', 'rs2'])
    expect(membersOf('rs1', made)).toEqual(['lb1'])
  })

  it('comes back from a record as it was written, in words that the helper takes', () => {
    const members = plans(cluster, recorded(cluster)).get('lb1')?.members ?? []
    const records = members.map(memberRecord)
    expect(records.map(({ state }) => state)).toEqual([
      'by name',
      'address 10.1.2.3 port 2222 user ops jump bastion sudo yes',
    ])
    expect(membersIn(records)).toEqual(members)
    // What is no word there is left out whole, and ssh_config knows the way.
    const ssh = {
      address: 'fe80::1%eth0',
      port: undefined,
      user: undefined,
      jump: undefined,
      sudo: undefined,
    }
    expect(memberRecord({ host: 'rs9', ssh }).state).toBe('by name')
  })

  it('names a host that is drawn no longer, on a machine that has never deployed, until it is freed', () => {
    const observed = recorded(without, deployedBy(cluster))
    expect(undrawnMembers(without, observed)).toEqual([
      { host: 'rs2', ssh: { address: '10.1.2.3', port: 2222, user: 'ops', jump: 'bastion', sudo: true } },
    ])
    // Deployed without it, it stays known.
    expect(membersOf('lb1', plans(without, observed))).toEqual(['rs1', 'rs2'])
    // Looked at and freed, it is no longer.
    const freedOf = clusterOf(text.replace(/^ +rs2: \{\}\n/gm, ''))
    expect(undrawnMembers(freedOf, recorded(freedOf, deployedBy(cluster)))).toEqual([])
    expect(membersOf('lb1', plans(freedOf, recorded(freedOf, deployedBy(cluster))))).toEqual(['rs1'])
  })

  it('is worth writing down by itself, and once', () => {
    const lines = deployedBy(cluster)
    const plan = plans(cluster, recorded(cluster, lines)).get('lb1')
    expect(plan).toMatchObject({ recorded: true, knowsMembers: true })
    const older = { ...lines, lb1: lines['lb1']?.filter((line) => !line.startsWith('member')) ?? [] }
    const again = plans(cluster, recorded(cluster, older)).get('lb1')
    expect(again).toMatchObject({ recorded: true, knowsMembers: false })
    expect(again !== undefined && isBusy({ ...again, steps: [] })).toBe(true)
  })

  it('goes with a removal', () => {
    const made = plans(cluster, recorded(cluster, deployedBy(cluster)), 'remove')
    expect(membersOf('lb1', made)).toEqual([])
  })
})
