import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import call from './call.sh'
import { HELPER_FUNCTIONS } from './helper-text.js'

/** By `npm run faults`: every point under every shell; else every point under one, and some under the others. */
const ALL = process.env['LVS_FAULTS'] === 'all'
const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'ash'],
]
/** What the helper runs that changes anything: it dies there, before or after. */
const COMMANDS = ['mv', 'rm', 'mkdir', 'rmdir', 'chmod']
const ENDS = ['reboot', 'another operator', 'its timer'] as const
type End = (typeof ENDS)[number]
const RUNS = ['deployment', 'change', 'removal'] as const
type Run = (typeof RUNS)[number]

const OLD = { deployment: '0 0', change: '1 2', removal: '1 2' } as const
const NEW = { deployment: '1 2', change: '1 3', removal: '0 0' } as const

/** The real helper, with folders of a test, settings that are files, and a death that is waiting for it. */
function host(shell: readonly [string, ...string[]]) {
  const place = mkdtempSync(join(tmpdir(), 'lvs-crash-'))
  const at = (...names: string[]) => join(place, ...names)
  const put = (name: string, value: string) => {
    writeFileSync(at('settings', `net.${name}`), `${value}\n`)
  }
  mkdirSync(at('settings'))
  for (const name of ['a', 'b']) put(name, '0')

  const text = [
    HELPER_FUNCTIONS,
    `STATE_DIR=${at('state')} LOCK_DIR=${at('run')} AUDIT_LOG=${at('log')}`,
    'id() { echo 0; }',
    'find_boot_manager() { manager=none; }',
    `point() {
       [ -e ${at('count')} ] || return 0
       read -r count <${at('count')}
       count=$((count + 1))
       printf '%s\\n' "$count" >${at('count')}
       [ -e ${at('die')} ] && read -r die <${at('die')} && [ "$count" = "$die" ] && kill -KILL 0
       return 0
     }`,
    ...COMMANDS.map((name) => `${name}() { point; command ${name} "$@"; ended=$?; point; return "$ended"; }`),
    // Nothing here loses power, and a busy disk would take its time.
    'sync() { point; }',
    `sysctl_path() { point; path=${at('settings')}/$1; }`,
    call,
  ].join('\n')

  function run(verb: string, lines: readonly string[], data: readonly string[] = []) {
    const { stdout, status, signal } = spawnSync(
      'setsid',
      ['-w', ...shell, '-c', text, 'lvs-designer', verb, ''],
      {
        input: ['cluster shop', 'token t1', 'owner me@here process 1', ...lines, '--', ...data, ''].join(
          '\n',
        ),
        encoding: 'utf8',
        timeout: 20_000,
      },
    )
    return { died: status === 137 || signal === 'SIGKILL', status, stdout }
  }

  /** A whole run of the operator's side, which ends when the host does not answer. */
  function transaction(kind: Run, tx: string, timer = 60, who: readonly string[] = []): 'died' | 'done' {
    const begun = run('begin', who)
    if (begun.died) return 'died'
    expect(begun.status, begun.stdout).toBe(0)
    const found = state().split(' ')
    const wanted = NEW[kind].split(' ')
    const steps = ['a', 'b'].flatMap((name, index) =>
      found[index] === wanted[index]
        ? []
        : [{ name, id: `s${index + 1}`, before: found[index] ?? '', after: wanted[index] ?? '' }],
    )
    const written = (part: string, from: 'before' | 'after', to: 'before' | 'after') =>
      steps.map((step) =>
        [part, step.id, 'real-servers', 'sysctl', `net.${step.name}`, step[to], step[from]].join('\t'),
      )
    const keeps = kind !== 'removal'
    const ended =
      run(
        'prepare',
        [...who, `tx ${tx}`, `timer ${timer}`],
        [
          ...written('steps', 'before', 'after'),
          ...written('undo', 'after', 'before').reverse(),
          ...(keeps ? ['a', 'b'].map((name) => `owned\tsysctl\tnet.${name}\t0`) : []),
          ...(keeps
            ? ['a', 'b'].map((name, index) => `wanted\tsysctl\tnet.${name}\t${wanted[index] ?? ''}`)
            : []),
          ...text.split('\n').map((line) => `helper\t${line}`),
          'end',
        ],
      ).died ||
      run('apply', [...who, `tx ${tx}`, `timer ${timer}`, 'stage real-servers']).died ||
      run('confirm', [...who, `tx ${tx}`]).died
    return ended ? 'died' : 'done'
  }

  const state = () =>
    ['a', 'b'].map((name) => readFileSync(at('settings', `net.${name}`), 'utf8').trim()).join(' ')
  const read = (...names: string[]) =>
    existsSync(at(...names)) ? readFileSync(at(...names), 'utf8').trim() : ''

  return {
    transaction,
    state,
    /** Which transaction holds. */
    current: () => read('state', 'shop', 'current'),
    kept: () => existsSync(at('state', 'shop')),
    log: () => read('log'),
    count: (die: number | undefined) => {
      writeFileSync(at('count'), '0\n')
      if (die === undefined) rmSync(at('die'), { force: true })
      else writeFileSync(at('die'), `${die}\n`)
    },
    counted: () => {
      const count = Number(read('count'))
      rmSync(at('count'), { force: true })
      return count
    },
    openUntilItsTimer: (tx: string) => {
      for (let tries = 0; tries < 200 && existsSync(at('run', tx, 'deadline')); tries++)
        spawnSync('sleep', ['0.1'])
    },
    reboot: (tx: string) => {
      const timer = read('run', tx, 'timer')
      if (timer !== '') spawnSync('kill', ['-KILL', timer])
      rmSync(at('run'), { recursive: true, force: true })
      mkdirSync(at('run'))
      for (const name of ['a', 'b']) put(name, '0')
      // Without a hook nothing runs at boot; a removal that got as far has taken it away.
      if (existsSync(at('state', 'shop', 'boot'))) run('boot', [])
    },
    remove: () => {
      rmSync(place, { recursive: true, force: true })
    },
  }
}

const table = new Map<string, { cases: number; reverted: number; committed: number }>()

/** G5 to G7, G15: the helper dies at every command that changes something, and what it leaves is old or new. */
describe.each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'a host that dies at any command, under $name',
  ({ shell, name }) => {
    const ends = ALL || name === 'dash' ? ENDS : (['reboot'] as const)
    it.each(RUNS.flatMap((kind) => ends.map((end) => ({ kind, end }))))(
      'in a $kind, and is found by $end, is as before or as told, and the next run arrives',
      ({ kind, end }) => {
        const points = pointsOf(kind, shell)
        expect(points).toBeGreaterThan(30)
        const every = ALL ? 1 : name === 'dash' && end === 'reboot' ? 9 : 25
        for (let die = 1; die <= points; die += every) dieAt(shell, kind, die, end)
      },
      600_000,
    )
  },
)

afterAll(() => {
  if (!ALL) return
  const rows = [...table].map(
    ([what, { cases, reverted, committed }]) =>
      `${what.padEnd(44)} ${String(cases).padStart(6)} ${String(reverted).padStart(9)} ${String(committed).padStart(10)}      0`,
  )
  process.stderr.write(
    `${['the helper dies'.padEnd(44) + '  cases  reverted  committed   lost', ...rows].join('\n')}\n`,
  )
})

function prepared(kind: Run, shell: readonly [string, ...string[]]) {
  const machine = host(shell)
  if (kind !== 'deployment') expect(machine.transaction('deployment', 'tx0')).toBe('done')
  return machine
}

function pointsOf(kind: Run, shell: readonly [string, ...string[]]): number {
  const machine = prepared(kind, shell)
  machine.count(undefined)
  expect(machine.transaction(kind, 'tx1')).toBe('done')
  expect(machine.state()).toBe(NEW[kind])
  const count = machine.counted()
  machine.remove()
  return count
}

function dieAt(shell: readonly [string, ...string[]], kind: Run, die: number, end: End): void {
  const machine = prepared(kind, shell)
  const where = `${kind}, ${end}, point ${die}`
  try {
    machine.count(die)
    const ended = machine.transaction(kind, 'tx1', end === 'its timer' ? 1 : 60)
    machine.counted()
    if (end === 'reboot') machine.reboot('tx1')
    if (end === 'its timer') machine.openUntilItsTimer('tx1')
    const takeover = ['token t2', 'owner me@here process 2', 'takeover me@here process 1']
    if (end !== 'another operator') {
      const found = machine.state()
      expect([OLD[kind], NEW[kind]], where).toContain(found)
      // What holds is what is there.
      if (kind !== 'removal') expect(found === NEW[kind], where).toBe(machine.current() === 'tx1')
      if (ended === 'done' && end === 'reboot') expect(found, where).toBe(NEW[kind])
      const key = `${kind}, then ${end}`
      const row = table.get(key) ?? { cases: 0, reverted: 0, committed: 0 }
      table.set(key, row)
      row.cases += 1
      if (found === NEW[kind]) row.committed += 1
      else row.reverted += 1
    }
    expect(machine.transaction(kind, 'tx2', 60, takeover), where).toBe('done')
    expect(machine.state(), where).toBe(NEW[kind])
    expect(machine.kept(), where).toBe(kind !== 'removal')
  } finally {
    machine.remove()
  }
}
