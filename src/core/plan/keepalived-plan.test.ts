import { describe, expect, it } from 'vitest'
import type { Cluster } from '../hosts/cluster.js'
import { fileState, fileText } from '../hosts/file-state.js'
import { observeHost } from '../hosts/observe.js'
import type { ObservedHost } from '../hosts/observe.js'
import { drainTarget } from './drain.js'
import { driftOf, driftText } from './drift.js'
import { makePlan } from './plan.js'
import type { HostPlan, PlanOptions } from './plan.js'
import { clusterOf, digest, fresh, sample } from './plan.test-kit.js'

const CHECKED = sample('pair').replace('scheduler: wlc', 'scheduler: wlc\n    health: { type: tcp }')
const CONF = '/etc/keepalived/keepalived.conf'
const WEB = '-t 192.0.2.100:80'
const RS1 = `${WEB} -r 192.0.2.11:80`
const RS2 = `${WEB} -r 192.0.2.12:80`
const FULL = [`-A ${WEB} -s wlc`, `-a ${RS1} -g -w 1`, `-a ${RS2} -g -w 1`]
const cluster = clusterOf(CHECKED)

function planned(of: Cluster, live: ObservedHost, options: Partial<PlanOptions> = {}) {
  const plan = makePlan(of, new Map([['lb1', live]]), { purpose: 'apply', digest, ...options })
  const [host] = plan.hosts
  if (host === undefined) throw new Error('no plan')
  return { host, refusals: plan.refusals.map(({ reason, remedy }) => `${reason}; ${remedy}`) }
}

const untouched = (extra = '') => observeHost('lb1', fresh(cluster, 'lb1', extra))
const { wanted } = planned(cluster, untouched()).host
const conf = wanted.find(({ kind }) => kind === 'file')?.state ?? ''

/** The director as it is once all of this is deployed and confirmed, with this table. */
function deployed(
  table: readonly string[] = FULL,
  { record = wanted, file = conf, daemon = true, more = [] as readonly string[] } = {},
): ObservedHost {
  const state = new Map(record.map(({ kind, key, state: value }) => [`${kind} ${key}`, value]))
  const lines = (kind: string, write: (key: string, value: string) => string) =>
    record.filter((each) => each.kind === kind).map(({ key, state: value }) => write(key, value))
  return untouched(
    [
      '== modules',
      ...lines('module', (key) => `${key} loaded`),
      '== sysctl',
      ...lines('sysctl', (key, value) => `${key}\t${value}`),
      '== owned',
      ...[...state].map(([at]) => at.replace(' ', '\t').concat('\tabsent')),
      '== wanted',
      ...record.map(({ kind, key, state: value }) => `${kind}\t${key}\t${value}`),
      ...more,
      '== files',
      `${CONF} ${file}`,
      '== daemons',
      ...(daemon ? ['keepalived'] : []),
      '== ipvs',
      ...table,
    ].join('\n'),
  )
}

const steps = ({ steps: all }: HostPlan) =>
  all.map(
    ({ kind, key, after }) =>
      `${kind} ${kind === 'file' ? CONF : key}: ${kind === 'file' ? (fileText(after) ?? after) : after}`,
  )

describe('a director that keepalived manages', () => {
  it('gets its table, its file and its daemon; the VIP is brought by VRRP', () => {
    const kinds = planned(cluster, untouched()).host.steps.map(({ kind }) => kind)
    expect(kinds.slice(-2)).toEqual(['file', 'daemon'])
    expect(kinds).toContain('destination')
    expect(kinds).not.toContain('address')
  })

  it('has nothing to do, and has not drifted, when all is as deployed', () => {
    expect(steps(planned(cluster, deployed()).host)).toEqual([])
    expect(driftOf(wanted, deployed())).toEqual([])
  })

  it('is as drawn while a check has taken a real server out, and the plan is not stale by that', () => {
    const out = deployed([FULL[0] ?? '', FULL[2] ?? ''])
    expect(steps(planned(cluster, out).host)).toEqual([])
    expect(driftOf(wanted, out)).toEqual([])
    expect(planned(cluster, out).host.observedHash).toBe(planned(cluster, deployed()).host.observedHash)
  })

  it('is not as drawn where nobody checks, or keepalived does not run', () => {
    const unchecked = clusterOf(sample('pair'))
    const { wanted: record } = planned(unchecked, untouched()).host
    const file = record.find(({ kind }) => kind === 'file')?.state ?? ''
    const out = deployed([FULL[0] ?? '', FULL[2] ?? ''], { record, file })
    expect(steps(planned(unchecked, out).host)).toEqual([
      `destination ${RS1}: -g -w 0`,
      `destination ${RS1}: -g -w 1`,
    ])
    const ended = deployed([], { daemon: false })
    expect(steps(planned(cluster, ended).host)).toEqual([
      `virtual-service ${WEB}: -s wlc`,
      `destination ${RS1}: -g -w 0`,
      `destination ${RS2}: -g -w 0`,
      `destination ${RS1}: -g -w 1`,
      `destination ${RS2}: -g -w 1`,
      'daemon keepalived: running',
    ])
  })

  it('gets a new weight by its file alone while a check has taken the real server out', () => {
    const heavier = clusterOf(CHECKED.replace('rs1: {}', 'rs1: { weight: 5 }'))
    const kinds = (live: ObservedHost) =>
      planned(heavier, live).host.steps.map(({ kind, key }) => `${kind} ${key}`)
    expect(kinds(deployed())).toEqual([`destination ${RS1}`, `file ${CONF}`])
    expect(kinds(deployed([FULL[0] ?? '', FULL[2] ?? '']))).toEqual([`file ${CONF}`])
  })

  it('may have its sorry server in the table, and nobody else', () => {
    const sorry = clusterOf(
      CHECKED.replace('scheduler: wlc', 'scheduler: wlc\n    sorry-server: { address: 192.0.2.13 }'),
    )
    const { wanted: record } = planned(sorry, untouched()).host
    const file = record.find(({ kind }) => kind === 'file')?.state ?? ''
    const live = deployed(
      [FULL[0] ?? '', `-a ${WEB} -r 192.0.2.13:80 -g -w 1`, `-a ${WEB} -r 192.0.2.66:80 -g -w 1`],
      { record, file },
    )
    expect(driftOf(record, live).map(({ key }) => key)).toEqual([`${WEB} -r 192.0.2.66:80`])
  })

  it('is left alone with real servers that begin as down', () => {
    const down = clusterOf(CHECKED.replace('type: tcp }', 'type: tcp, starts-down: true }'))
    expect(planned(down, untouched()).host.wanted.map(({ kind }) => kind)).not.toContain('destination')
    expect(
      fileText(planned(down, untouched()).host.wanted.find(({ kind }) => kind === 'file')?.state ?? ''),
    ).toContain('alpha')
  })
})

describe('a file of keepalived that somebody has changed', () => {
  const text = fileText(conf) ?? ''
  it.each([
    [text.replace('delay_loop 5', 'delay_loop 50'), 'was deployed as "delay_loop 5" and is "delay_loop 50"'],
    [`${text}# mine\n`, 'was deployed as "" and is "# mine"'],
    [undefined, 'and is "foreign"'],
  ])('has drifted, and the first line that differs is shown', (found, said) => {
    const live = deployed(FULL, { file: found === undefined ? 'foreign' : fileState(found) })
    const [drift, ...more] = driftOf(wanted, live)
    expect(more).toEqual([])
    expect(drift === undefined ? '' : driftText(drift)).toMatch(/^file \/etc\/keepalived\/keepalived\.conf: /)
    expect(drift === undefined ? '' : driftText(drift)).toContain(said)
  })
})

describe('a drain where keepalived manages the director', () => {
  const target = drainTarget(cluster, 'web', 'rs1')
  if (typeof target === 'string') throw new Error(target)

  it('is in the table and in the file, and stays through deployments', () => {
    const { host, refusals } = planned(cluster, deployed(), { purpose: 'drain', target })
    expect(refusals).toEqual([])
    const [weight, file] = host.steps
    expect([host.steps.length, weight?.after, file?.kind]).toEqual([2, '-g -w 0', 'file'])
    expect(fileText(file?.after ?? '')).toMatch(/real_server 192\.0\.2\.11 80 \{\n +weight 0\n/)
    expect(fileText(file?.after ?? '')).toMatch(/real_server 192\.0\.2\.12 80 \{\n +weight 1\n/)
    const drained = deployed([FULL[0] ?? '', `-a ${RS1} -g -w 0`, FULL[2] ?? ''], {
      record: host.wanted,
      file: file?.after ?? '',
      more: [`drain\t${RS1}\tdrained`],
    })
    expect(steps(planned(cluster, drained).host)).toEqual([])
    expect(planned(cluster, drained).host.drained).toEqual([RS1])
    const back = planned(cluster, drained, { purpose: 'undrain', target }).host
    expect(back.steps.map(({ kind, after }) => (kind === 'file' ? after === conf : after))).toEqual([
      '-g -w 1',
      true,
    ])
  })

  it('is by the file alone while a check has taken the real server out', () => {
    const out = deployed([FULL[0] ?? '', FULL[2] ?? ''])
    expect(planned(cluster, out, { purpose: 'drain', target }).host.steps.map(({ kind }) => kind)).toEqual([
      'file',
    ])
  })

  it('is refused where somebody has changed the file', () => {
    const changed = deployed(FULL, { file: fileState('global_defs {\n}\n') })
    expect(planned(cluster, changed, { purpose: 'drain', target }).refusals).toEqual([
      `${CONF} is not as it was deployed, and a drain changes it; see what "drift" says, and deploy the drawing first`,
    ])
  })
})

describe('the way back where keepalived manages the director', () => {
  const heavier = clusterOf(CHECKED.replace('rs1: {}', 'rs1: { weight: 5 }'))
  const { wanted: record } = planned(heavier, untouched()).host
  const file = record.find(({ kind }) => kind === 'file')?.state ?? ''
  const changed = [FULL[0] ?? '', `-a ${RS1} -g -w 5`, FULL[2] ?? '']

  it('is the file of before, read again', () => {
    const previous = wanted.map(({ kind, key, state }) => `${kind}\t${key}\t${state}`)
    const live = deployed([...changed, '== transaction', '20261128T1', '== previous', ...previous], {
      record,
      file,
    })
    const { host, refusals } = planned(heavier, live, { purpose: 'rollback' })
    expect(refusals).toEqual([])
    expect(host.steps.map(({ kind, after }) => (kind === 'file' ? after === conf : after))).toEqual([
      '-g -w 1',
      true,
    ])
  })

  it('is, with everything, no daemon and no file; what a check has taken out is not put in on the way', () => {
    const live = deployed([FULL[0] ?? '', FULL[2] ?? ''], { record, file })
    const { host } = planned(heavier, live, { purpose: 'remove' })
    const away = host.steps.map(({ kind, key, after }) => `${kind} ${key} ${after}`)
    expect(away.slice(0, 5)).toEqual([
      `destination ${RS2} -g -w 0`,
      `destination ${RS2} absent`,
      `destination ${RS1} absent`,
      'daemon keepalived absent',
      `file ${CONF} absent`,
    ])
  })
})

describe('a keepalived that is somebody else’s', () => {
  it('is refused, with what to do', () => {
    const { refusals } = planned(cluster, untouched(`== files\n${CONF} foreign\n== daemons\nkeepalived`))
    expect(refusals).toContainEqual(
      expect.stringMatching(
        /^there is a \/etc\/keepalived\/keepalived\.conf already, and it is not this cluster's; "lvs-designer import --ssh lb1" /,
      ),
    )
  })

  it('is refused where it runs by another file', () => {
    const { refusals } = planned(cluster, untouched('== daemons\nkeepalived'))
    expect(refusals).toContainEqual(
      expect.stringMatching(/^keepalived runs there already, and not by \/etc\/keepalived/),
    )
  })

  it('is not read where somebody has written a password into a file of ours', () => {
    const { refusals } = planned(cluster, deployed(FULL, { file: 'foreign' }))
    expect(refusals).toEqual([
      expect.stringMatching(/^somebody has written a password into \/etc\/keepalived/),
    ])
  })
})

describe('a director that changes hands', () => {
  it('gets its table again when keepalived has taken it along', () => {
    const single = CHECKED.replace('director: [lb1, lb2]', 'director: lb1')
      .replace(/^vrrp: .*\n/m, '')
      .replace(/^ {2}lb2:\n( {4}.*\n)+/m, '')
    const managed = clusterOf(single)
    const { wanted: record } = planned(managed, untouched()).host
    const file = record.find(({ kind }) => kind === 'file')?.state ?? ''
    const byHand = clusterOf(single.replace(/^manage: .*$/m, '').replace(/\n +health: .*/, ''))
    const { host } = planned(byHand, deployed(FULL, { record, file }))
    const of = (stage: string) => host.steps.filter((step) => step.stage === stage).map(({ kind }) => kind)
    expect(of('quiesce')).toEqual(expect.arrayContaining(['daemon', 'file']))
    expect(of('directors')).toEqual(expect.arrayContaining(['virtual-service', 'destination', 'address']))
  })
})
