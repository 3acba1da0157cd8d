import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import call from './call.sh'
import { HELPER_FUNCTIONS } from './helper-text.js'

const SHELLS: readonly (readonly [string, ...string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'ash'],
]

const upSeconds = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])

/** The real helper and a real timer, with folders of this test, settings that are files, and nothing that runs at boot. */
describe.each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'a transaction on a host, under $name',
  ({ shell }) => {
    let place = ''
    beforeEach(() => {
      place = mkdtempSync(join(tmpdir(), 'lvs-transaction-'))
      mkdirSync(join(place, 'settings'))
      for (const name of ['a', 'b', 'c']) writeFileSync(join(place, 'settings', `net.${name}`), '0\n')
    })
    afterEach(() => {
      rmSync(place, { recursive: true, force: true })
    })

    const text = (standIns = '') =>
      [
        HELPER_FUNCTIONS,
        standIns,
        `STATE_DIR=${place}/state LOCK_DIR=${place}/run AUDIT_LOG=${place}/log`,
        'id() { echo 0; }',
        `sysctl_path() { path=${place}/settings/$1; }`,
        `find_boot_manager() { manager=none; }`,
        call,
      ].join('\n')

    function run(verb: string, lines: readonly string[], data: readonly string[] = [], standIns?: string) {
      const [program, ...args] = shell
      const { status, stdout, stderr } = spawnSync(
        program,
        [...args, '-c', text(standIns), 'lvs-designer', verb, ''],
        {
          input: [
            ...['cluster shop', 'token t1', 'owner me@here process 1'],
            ...lines,
            '--',
            ...data,
            '',
          ].join('\n'),
          encoding: 'utf8',
          timeout: 60_000,
        },
      )
      expect(stderr).toBe('')
      return { status, stdout }
    }
    const begin = (...more: string[]) => run('begin', more)
    const setting = (name: string) => readFileSync(join(place, 'settings', `net.${name}`), 'utf8').trim()
    const put = (name: string, value: string) => {
      writeFileSync(join(place, 'settings', `net.${name}`), `${value}\n`)
    }
    const kept = () =>
      existsSync(join(place, 'state')) ? readdirSync(join(place, 'state', 'shop')).sort() : []
    const read = (...names: string[]) => readFileSync(join(place, ...names), 'utf8')
    const log = () => read('log')

    interface Step {
      readonly name: string
      readonly before: string
      readonly after: string
    }
    const STEPS: readonly Step[] = [
      { name: 'a', before: '0', after: '1' },
      { name: 'b', before: '0', after: '2' },
    ]
    function prepared(
      steps: readonly Step[],
      timer = 60,
      tx = 'tx1',
      wanted = steps,
      owned: readonly string[] = [],
    ) {
      return run(
        'prepare',
        [`tx ${tx}`, `timer ${timer}`],
        [
          ...steps.map(({ name, before, after }, index) =>
            ['steps', `s${index + 1}`, 'real-servers', 'sysctl', `net.${name}`, after, before].join('\t'),
          ),
          ...steps
            .map(({ name, before, after }, index) =>
              ['undo', `s${index + 1}`, 'real-servers', 'sysctl', `net.${name}`, before, after].join('\t'),
            )
            .reverse(),
          ...steps.map(({ name, before }) => ['owned', 'sysctl', `net.${name}`, before].join('\t')),
          ...owned.map((name) => ['owned', 'sysctl', `net.${name}`, '0'].join('\t')),
          ...wanted.map(({ name, after }) => ['wanted', 'sysctl', `net.${name}`, after].join('\t')),
          ...text()
            .split('\n')
            .map((line) => `helper\t${line}`),
          'end',
        ],
      )
    }
    const apply = (timer = 60) => run('apply', ['tx tx1', `timer ${timer}`, 'stage real-servers', 'back'])

    it('changes nothing before its timer runs, then everything, and keeps what was confirmed', () => {
      expect(begin().status).toBe(0)
      expect(prepared(STEPS).stdout).toBe('armed\t60\n')
      expect([setting('a'), setting('b'), kept()]).toEqual(['0', '0', ['open', 'tx']])
      const applied = apply()
      expect([applied.status, setting('a'), setting('b')]).toEqual([0, '1', '2'])
      expect(applied.stdout).toMatch(
        /^done\ts1\ndone\ts2\nfinished\n[^]*== owned\nsysctl\tnet\.a\t0\nsysctl\tnet\.b\t0\n== wanted\nsysctl\tnet\.a\t1\n/,
      )
      expect(run('confirm', ['tx tx1']).stdout).toBe('boot\tnone\nconfirmed\n')
      expect(run('confirm', ['tx tx1']).stdout).toBe('confirmed\n')
      expect(kept()).toEqual(['boot', 'current', 'tx'])
      expect(existsSync(join(place, 'run', 'lock'))).toBe(false)
      expect(log()).toMatch(/shop\ttx1\tme@here process 1\t-\tprepared\n.*\tconfirmed\n$/)
      // What runs at boot brings it back.
      put('a', '0')
      rmSync(join(place, 'run'), { recursive: true })
      mkdirSync(join(place, 'run'))
      expect([run('boot', []).status, setting('a')]).toEqual([0, '1'])
    })

    it('tells other clusters on the host what it needs and has changed, while it is open and once it holds', () => {
      const others = (stdout: string) =>
        (/^== others\n((?:\w+\t.*\n)*)/m.exec(stdout)?.[1] ?? '').split('\n').slice(0, -1)
      const told = [
        'shop\twanted\tsysctl\tnet.a\t1',
        'shop\twanted\tsysctl\tnet.b\t2',
        'shop\towned\tsysctl\tnet.a\t0',
        'shop\towned\tsysctl\tnet.b\t0',
      ]
      const asked = () => run('probe', ['cluster api'])
      begin()
      expect(others(asked().stdout)).toEqual([])
      prepared(STEPS)
      expect(others(asked().stdout)).toEqual(told)
      apply()
      // Taken back, and named there still; undone by a reboot, with nothing at boot to clear it away.
      writeFileSync(join(place, 'run', 'tx1', 'state'), 'reverted\n')
      expect(others(asked().stdout)).toEqual([])
      writeFileSync(join(place, 'run', 'tx1', 'state'), 'stuck\n')
      expect(others(asked().stdout)).toEqual(told)
      died(read('run', 'tx1', 'timer').trim())
      rmSync(join(place, 'run'), { recursive: true })
      expect(others(asked().stdout)).toEqual([])
      for (const name of ['a', 'b']) put(name, '0')
      begin()
      prepared(STEPS)
      apply()
      run('confirm', ['tx tx1'])
      // What no two clusters share, and what is none of theirs.
      const record = join(place, 'state', 'shop', 'tx', 'tx1', 'wanted')
      const more = ['mark\t1 ipv4\tx', 'masquerade\tx\ton', 'file\t/etc/x\tx', 'drain\tx\tx', 'member\tx\tx']
      writeFileSync(record, [...more, readFileSync(record, 'utf8')].join('\n'))
      mkdirSync(join(place, 'state', "odd'"))
      writeFileSync(join(place, 'state', "odd'", 'current'), 'tx1\n')
      expect([others(asked().stdout), others(begin().stdout)]).toEqual([told, []])
    })

    it('writes down what is there already, and that nothing is wanted any longer', () => {
      put('a', '1')
      put('b', '2')
      begin()
      expect(prepared([], 60, 'tx1', STEPS).stdout).toBe('armed\t60\n')
      expect(run('confirm', ['tx tx1']).stdout).toContain('confirmed\n')
      expect(kept()).toEqual(['boot', 'current', 'tx'])
      begin()
      expect(prepared([], 60, 'tx2', []).stdout).toBe('armed\t60\n')
      expect(run('confirm', ['tx tx2']).stdout).toContain('confirmed\n')
      expect([setting('a'), setting('b'), kept()]).toEqual(['1', '2', []])
    })

    it('is cleared away by whoever comes next, where a removal was ended while it cleared away', () => {
      begin()
      prepared([], 60, 'tx1', STEPS)
      run('confirm', ['tx tx1'])
      begin()
      prepared([], 60, 'tx2', [])
      cpSync(join(place, 'state'), join(place, 'was'), { recursive: true })
      expect(run('confirm', ['tx tx2']).stdout).toContain('confirmed\n')
      const died = (...gone: string[]) => {
        cpSync(join(place, 'was'), join(place, 'state'), { recursive: true })
        writeFileSync(join(place, 'state', 'shop', 'current'), 'tx2\n')
        for (const name of ['open', ...gone]) rmSync(join(place, 'state', 'shop', name), { recursive: true })
      }
      died()
      expect([run('confirm', ['tx tx2']).stdout, kept()]).toEqual(['confirmed\n', []])
      for (const gone of [[], ['boot'], ['current'], ['tx'], ['boot', 'tx/tx2']]) {
        died(...gone)
        expect([begin().status, kept()], gone.join()).toEqual([0, []])
      }
      // What holds is not touched.
      prepared([], 60, 'tx3', STEPS)
      run('confirm', ['tx tx3'])
      begin()
      expect(kept()).toEqual(['boot', 'current', 'tx'])
    })

    it('is taken back by its timer, without anybody, and the lock with it', async () => {
      begin()
      prepared(STEPS, 2)
      apply(2)
      expect(setting('a')).toBe('1')
      while (!log().endsWith('time was up\n')) await sleep(200)
      expect([setting('a'), setting('b'), kept()]).toEqual(['0', '0', []])
      expect(existsSync(join(place, 'run', 'lock'))).toBe(false)
      expect(log()).toMatch(/undone: its time was up\n$/)
      expect(run('confirm', ['tx tx1']).stdout).toBe('reverted\n')
      expect(apply()).toMatchObject({
        status: 64,
        stdout: expect.stringMatching(/^refused\tthe time for this change was up/) as string,
      })
    })

    it('lives as long as its sender does', async () => {
      begin()
      prepared(STEPS, 8)
      apply(8)
      const deadline = () => Number(read('run', 'tx1', 'deadline').trim().split('\n').at(-1))
      const first = deadline()
      while (upSeconds() < first + 2) {
        expect(run('extend', ['tx tx1', 'timer 8']).stdout).toBe('extended\n')
        expect(deadline()).toBeGreaterThanOrEqual(first)
        await sleep(1000)
      }
      expect(setting('a')).toBe('1')
      expect(run('confirm', ['tx tx1']).stdout).toContain('confirmed\n')
    })

    it('is taken back on demand as far as it got, also when it was confirmed, as often as one likes', () => {
      begin()
      prepared(STEPS)
      // Not begun, so not undone either.
      put('b', '7')
      put('a', '1')
      writeFileSync(join(place, 'state', 'shop', 'tx', 'tx1', 'journal'), 's1\n')
      expect(run('revert', ['tx tx1', 'finish']).stdout).toBe('reverted\n')
      expect([setting('a'), setting('b'), kept()]).toEqual(['0', '7', []])
      expect(run('revert', ['tx tx1', 'finish']).stdout).toBe('reverted\n')
      put('b', '0')
      begin()
      prepared(STEPS)
      apply()
      run('confirm', ['tx tx1'])
      begin()
      expect(run('revert', ['tx tx1', 'finish']).stdout).toBe('reverted\n')
      expect([setting('a'), setting('b'), kept()]).toEqual(['0', '0', []])
    })

    it('refuses what has not arrived whole, or what could not be done or undone, before it does anything', () => {
      begin()
      const cut = run('prepare', ['tx tx1'], ['steps\ts1\treal-servers\tsysctl\tnet.a\t1\t0', 'helper\techo'])
      expect([cut.status, kept()]).toEqual([64, []])
      const bad = prepared([{ name: 'a', before: '$(reboot)', after: '1' }])
      expect(bad).toMatchObject({
        status: 64,
        stdout: expect.stringMatching(/^refused\tbad words/) as string,
      })
      expect([setting('a'), kept()]).toEqual(['0', []])
      // What is said to be ours is read back to whoever asks.
      for (const name of ['///.x', '/../secret', 'x;reboot']) {
        const owned = prepared([], 60, 'tx1', [], [name])
        expect([owned.status, owned.stdout, kept()]).toEqual([
          64,
          expect.stringMatching(/^refused\tbad sysctl/),
          [],
        ])
      }
    })

    it('has its timer run what was installed for sudo, by whatever number that is open, and not what was sent', () => {
      begin()
      const installed = join(place, 'installed')
      writeFileSync(installed, `#!/bin/sh\n${text()}`)
      const file = openSync(installed, 'r')
      try {
        // As sudo runs what it knows by its digest; the helper itself takes 8 for its lock.
        const numbers = ['pipe', 'pipe', 'pipe', ...Array<'ignore'>(5).fill('ignore'), file] as const
        const [program, ...args] = shell
        const { stdout, stderr } = spawnSync(program, [...args, '/dev/fd/8', 'prepare', ''], {
          stdio: [...numbers],
          input: [
            'cluster shop',
            'token t1',
            'owner me',
            'tx tx1',
            '--',
            'helper\techo sent',
            'end',
            '',
          ].join('\n'),
          encoding: 'utf8',
        })
        expect([stdout, stderr]).toEqual(['armed\t120\n', ''])
        expect(read('state', 'shop', 'tx', 'tx1', 'helper')).toBe(read('installed'))
        expect(run('revert', ['tx tx1', 'finish']).stdout).toBe('reverted\n')
      } finally {
        closeSync(file)
      }
    })

    it.skipIf(process.getuid?.() !== 0)('is written down whole or not at all, on a disk of any size', () => {
      const disk = join(place, 'state')
      mkdirSync(disk)
      const became = [4, 40, 80, 100, 120, 140, 160, 180, 400].map((kilobytes) => {
        const mounted = ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'small', disk]
        expect(spawnSync('mount', mounted).status).toBe(0)
        try {
          begin()
          const { stdout } = prepared(STEPS)
          if (!stdout.startsWith('armed')) {
            expect([stdout, readdirSync(disk)]).toEqual([
              expect.stringMatching(
                /^refused\tcannot write .*\tsee whether the file system is full/,
              ) as string,
              [],
            ])
            return 'refused'
          }
          const written = (file: string) => readFileSync(join(disk, 'shop/tx/tx1', file), 'utf8')
          expect(written('helper')).toBe(`${text()}\n`)
          expect(written('words')).toMatch(/^cluster shop\n[^]*\n--\n$/)
          expect(written('undo').split('\n')).toHaveLength(3)
          expect(run('revert', ['tx tx1', 'finish']).stdout).toBe('reverted\n')
          return 'armed'
        } finally {
          spawnSync('umount', ['-l', disk])
        }
      })
      expect([became[0], became.at(-1)]).toEqual(['refused', 'armed'])
    })

    it('leaves nothing that runs at boot when it cannot be confirmed', () => {
      begin()
      prepared(STEPS)
      apply()
      // Nothing can be written there.
      mkdirSync(join(place, 'state', 'shop', 'current.new'))
      const { status, stdout } = run('confirm', ['tx tx1'])
      expect([status, stdout]).toEqual([
        1,
        expect.stringMatching(/^boot\tnone\nfailed\t-\tcannot write .*current\n$/),
      ])
      rmSync(join(place, 'state', 'shop', 'current.new'), { recursive: true })
      expect(kept()).toContain('boot')
      expect(run('revert', ['tx tx1', 'finish']).stdout).toBe('reverted\n')
      expect([setting('a'), setting('b'), kept()]).toEqual(['0', '0', []])
    })

    it('stops at the first step that fails', () => {
      begin()
      prepared([
        ...STEPS,
        { name: 'none/x', before: 'absent', after: '1' },
        { name: 'c', before: '0', after: '3' },
      ])
      const { status, stdout } = apply()
      expect([status, stdout]).toEqual([
        1,
        expect.stringMatching(/^done\ts1\ndone\ts2\nfailed\ts3\tthe kernel refuses/),
      ])
      expect(setting('c')).toBe('0')
      expect(run('revert', ['tx tx1', 'finish']).stdout).toBe('reverted\n')
      expect([setting('a'), setting('b')]).toEqual(['0', '0'])
    })

    it('is no hindrance for the next when something cannot be taken back: its record counts', () => {
      begin()
      prepared(STEPS)
      apply()
      rmSync(join(place, 'settings', 'net.a'))
      mkdirSync(join(place, 'settings', 'net.a'))
      const { status, stdout } = run('revert', ['tx tx1', 'finish'])
      expect([status, stdout]).toEqual([1, expect.stringMatching(/^failed\ts1\t.*\nunfinished\n$/)])
      // The rest went back all the same.
      expect(setting('b')).toBe('0')
      run('end', [])
      const next = begin()
      expect([next.status, next.stdout]).toEqual([
        0,
        expect.stringContaining('== owned\nsysctl\tnet.a\t0\nsysctl\tnet.b\t0\n'),
      ])
      rmSync(join(place, 'settings', 'net.a'), { recursive: true })
      put('a', '1')
      prepared(STEPS, 60, 'tx2')
      expect(run('confirm', ['tx tx2']).stdout).toContain('confirmed\n')
      expect(readdirSync(join(place, 'state', 'shop', 'tx'))).toEqual(['tx2'])
    })

    it('has never been when the host restarts before it was confirmed', () => {
      begin()
      prepared(STEPS)
      apply()
      run('confirm', ['tx tx1'])
      begin()
      prepared([{ name: 'c', before: '0', after: '5' }], 60, 'tx2')
      run('apply', ['tx tx2', 'stage real-servers'])
      expect(setting('c')).toBe('5')
      rmSync(join(place, 'run'), { recursive: true })
      for (const name of ['a', 'b', 'c']) put(name, '0')
      mkdirSync(join(place, 'run'))
      run('boot', [])
      expect(['a', 'b', 'c'].map(setting)).toEqual(['1', '2', '0'])
      expect(readdirSync(join(place, 'state', 'shop', 'tx'))).toEqual(['tx1'])
      expect(run('confirm', ['tx tx2']).stdout).toBe('reverted\n')
    })

    const died = (pid: string) => {
      process.kill(Number(pid), 'SIGKILL')
      while (/^State:\s+[^Z]/m.test(statusOf(pid))) spawnSync('sleep', ['0.05'])
    }
    const statusOf = (pid: string) =>
      existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
    /** Its timer has died, and another runs when the test says so. */
    function withoutTimer(tx: string, deadline: string) {
      died(read('run', tx, 'timer').trim())
      writeFileSync(join(place, 'run', tx, 'deadline'), deadline)
    }
    /** A call that goes on meanwhile. */
    const calling = (verb: string, ...lines: string[]) => {
      const [program, ...args] = shell
      const child = spawn(program, [...args, '-c', text(), 'lvs-designer', verb, ''], {
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      child.stdin.end(['cluster shop', 'token t1', 'owner me@here process 1', ...lines, '--', ''].join('\n'))
      return child
    }
    /** A step that waits for a reader. */
    const hang = (name: string) => {
      rmSync(join(place, 'settings', `net.${name}`))
      expect(spawnSync('mkfifo', [join(place, 'settings', `net.${name}`)]).status).toBe(0)
    }
    const heal = (name: string, value: string) => {
      rmSync(join(place, 'settings', `net.${name}`))
      put(name, value)
    }

    it('is taken back by what runs at boot, also where only the services have restarted', () => {
      begin()
      prepared(STEPS)
      apply()
      run('confirm', ['tx tx1'])
      begin()
      prepared([{ name: 'c', before: '0', after: '5' }], 60, 'tx2')
      run('apply', ['tx tx2', 'stage real-servers'])
      const timer = read('run', 'tx2', 'timer').trim()
      expect([setting('c'), statusOf(timer)]).toEqual(['5', expect.stringContaining('State:')])
      expect(run('boot', []).status).toBe(0)
      expect(['a', 'b', 'c'].map(setting)).toEqual(['1', '2', '0'])
      expect(run('confirm', ['tx tx2']).stdout).toBe('reverted\n')
      expect(statusOf(timer)).not.toMatch(/^State:\s+[^Z]/m)
      expect(readdirSync(join(place, 'state', 'shop', 'tx'))).toEqual(['tx1'])
      expect(log()).toMatch(/tx2\t.*\tundone: .*\n.*tx1\t.*\tbrought back at boot\n$/)
    })

    it('has a deadline that is there whole at any time, of which a call that dies while it puts it off leaves the last', () => {
      const reader = (text: string | undefined) => {
        if (text === undefined) rmSync(join(place, 'deadline'))
        else writeFileSync(join(place, 'deadline'), text)
        const [program, ...args] = shell
        const script = `${HELPER_FUNCTIONS}\nvolatile=${place}; read_deadline && echo "$deadline"`
        return spawnSync(program, [...args, '-c', script], { encoding: 'utf8' }).stdout
      }
      expect(reader('\n100\n')).toBe('100\n')
      expect(reader('\n100\n\n2000\n')).toBe('2000\n')
      expect(reader('\n100\n\n20')).toBe('100\n')
      // Where nothing is left of it, its time is up.
      expect([reader(''), reader(undefined)]).toEqual(['0\n', ''])
    })

    it('is taken back where nothing is left of its deadline', () => {
      begin()
      prepared(STEPS)
      apply()
      withoutTimer('tx1', '')
      expect(run('deadman', ['tx tx1']).status).toBe(0)
      expect([setting('a'), setting('b'), kept()]).toEqual(['0', '0', []])
    })

    it('knows a process from a later one of its number', () => {
      const [program, ...args] = shell
      // In its name there may be anything.
      const script = `${HELPER_FUNCTIONS}\nborn $$ && echo "$born" && cut -d ' ' -f 22 /proc/$$/stat
        cp "$(command -v sleep)" '${place}/a) R 1 (b' && { '${place}/a) R 1 (b' 60 & }
        while ! grep -q 'R 1' /proc/$!/comm; do :; done
        born $! && echo "$born" && sed 's/.*) //' /proc/$!/stat | cut -d ' ' -f 20
        kill $!; wait; born $! || echo "gone$born"`
      const { stdout } = spawnSync(program, [...args, '-c', script], { encoding: 'utf8' })
      const [own, told, other, otherTold, gone] = stdout.split('\n')
      expect([own, other, gone]).toEqual([told, otherTold, 'gone'])
      expect([own, other]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)])
    })

    it('ends a call of its own that hangs when its time is up, and nothing else that has got its number', async () => {
      const other = spawn('sleep', ['300'])
      try {
        begin()
        prepared(STEPS)
        apply()
        withoutTimer('tx1', '\n1\n')
        writeFileSync(join(place, 'run', 'tx1', 'changing'), `${other.pid} 1\n`)
        // Somebody else holds the host for longer than the timer waits before it looks who does.
        spawn('flock', [join(place, 'run', 'apply'), 'sleep', '5'])
        while (spawnSync('flock', ['-n', join(place, 'run', 'apply'), 'true']).status === 0) await sleep(20)
        expect(run('deadman', ['tx tx1']).status).toBe(0)
        expect(setting('a')).toBe('0')
        expect(statusOf(String(other.pid))).toMatch(/^State:\s+S/m)
      } finally {
        other.kill('SIGKILL')
      }
      begin()
      prepared(STEPS, 60, 'tx2')
      hang('a')
      const hangs = calling('apply', 'tx tx2', 'timer 60', 'stage real-servers')
      while (!existsSync(join(place, 'state', 'shop', 'tx', 'tx2', 'journal'))) await sleep(20)
      while (read('state', 'shop', 'tx', 'tx2', 'journal') === '') await sleep(20)
      withoutTimer('tx2', '\n1\n')
      const takesBack = calling('deadman', 'tx tx2')
      await once(hangs, 'exit')
      expect(hangs.signalCode).toBe('SIGKILL')
      died(String(takesBack.pid))
    })

    it('is not confirmed once it is being taken back, be that cut off half-way', async () => {
      begin()
      prepared(STEPS)
      apply()
      withoutTimer('tx1', '\n1\n')
      hang('a')
      const takesBack = calling('deadman', 'tx tx1')
      while (setting('b') !== '0') await sleep(20)
      died(String(takesBack.pid))
      heal('a', '1')
      expect(run('confirm', ['tx tx1']).stdout).toBe('reverted\n')
      expect([setting('a'), setting('b'), kept()]).toEqual(['0', '0', []])
    })

    it('is not said to be taken back where that has failed', () => {
      begin()
      prepared(STEPS)
      apply()
      rmSync(join(place, 'settings', 'net.a'))
      mkdirSync(join(place, 'settings', 'net.a'))
      expect(run('revert', ['tx tx1', 'finish']).status).toBe(1)
      expect(run('confirm', ['tx tx1'])).toMatchObject({
        status: 1,
        stdout: expect.stringMatching(/^failed\ts1\t/) as string,
      })
    })

    it('keeps others away until it is settled, unless its sender is known to be dead', () => {
      begin()
      prepared(STEPS)
      apply()
      rmSync(join(place, 'run', 'lock'))
      const other = begin('token t2', 'owner you@there process 2')
      expect([other.status, other.stdout]).toEqual([
        75,
        expect.stringMatching(/^== lock\nme@here process 1\t\d+\n$/),
      ])
      expect(setting('a')).toBe('1')
      const heir = begin('token t2', 'owner me@here process 3', 'takeover me@here process 1')
      expect([heir.status, setting('a'), setting('b'), kept()]).toEqual([0, '0', '0', []])
    })

    it('keeps another cluster away until its timer has taken it back, also where its owner is known to be dead', () => {
      begin()
      prepared(STEPS)
      apply()
      const held = read('run', 'lock')
      const takeover = ['token t2', 'owner me@here process 3', 'takeover me@here process 1']
      const other = begin('cluster api', ...takeover)
      expect([other.status, other.stdout, read('run', 'lock')]).toEqual([
        75,
        expect.stringMatching(/^== lock\nme@here process 1\t\d+\n$/),
        held,
      ])
      expect([setting('a'), setting('b')]).toEqual(['1', '2'])
      withoutTimer('tx1', '\n1\n')
      expect(run('deadman', ['tx tx1']).status).toBe(0)
      expect([setting('a'), setting('b')]).toEqual(['0', '0'])
      expect(begin('cluster api', ...takeover).status).toBe(0)
    })

    it('is taken over from a dead owner who had confirmed it, and not got as far as to say so', () => {
      begin()
      prepared(STEPS)
      apply()
      writeFileSync(join(place, 'state', 'shop', 'current'), 'tx1\n')
      rmSync(join(place, 'state', 'shop', 'open'))
      const heir = begin('token t2', 'owner me@here process 3', 'takeover me@here process 1')
      expect([heir.status, setting('a'), setting('b')]).toEqual([0, '1', '2'])
      died(read('run', 'tx1', 'timer').trim())
    })

    /** Confirmed, and the host has restarted since; `c` does not come back. */
    function restartedWithoutC() {
      begin()
      const steps = [{ name: 'c', before: '0', after: '3' }, ...STEPS]
      prepared(steps)
      apply()
      run('confirm', ['tx tx1'])
      rmSync(join(place, 'run'), { recursive: true })
      for (const name of ['a', 'b']) put(name, '0')
      rmSync(join(place, 'settings', 'net.c'))
      mkdirSync(join(place, 'settings', 'net.c'))
    }
    /** What happens each time it waits, by its number, with the second that it would wait. */
    const whileItWaits = (commands: string) => `waits=0\nsleep() { waits=$((waits + 1)); ${commands}; }`
    const isFree = () => `flock -n ${place}/run/apply true || echo held >>${place}/held`

    it('lets other clusters have their turn at boot while it waits for what does not come back', () => {
      restartedWithoutC()
      const sick = run('boot', [], [], whileItWaits(isFree()))
      expect([sick.status, setting('a'), setting('b'), existsSync(join(place, 'held'))]).toEqual([
        1,
        '1',
        '2',
        false,
      ])
      expect(log()).toMatch(/not all of it came back at boot: [^;]*net\.c[^;]*\n$/)
      const late = run(
        'boot',
        [],
        [],
        whileItWaits(
          `${isFree()}; [ $waits -lt 3 ] || { rmdir ${place}/settings/net.c; echo 0 >${place}/settings/net.c; }`,
        ),
      )
      expect([late.status, setting('c'), existsSync(join(place, 'held'))]).toEqual([0, '3', false])
      expect(log()).toMatch(/\tbrought back at boot\n$/)
    })

    it('keeps its hands off at boot as long as a deployment lives that has begun meanwhile', () => {
      restartedWithoutC()
      const open = `${place}/state/shop/open`
      const { status } = run(
        'boot',
        [],
        [],
        whileItWaits(`case $waits in
          1) echo tx2 >${open}; echo 7 >${place}/settings/net.a ;;
          2 | 3) cat ${place}/settings/net.a >>${place}/seen ;;
          4) rm ${open}; rmdir ${place}/settings/net.c; echo 0 >${place}/settings/net.c ;;
          esac`),
      )
      expect([status, read('seen'), setting('a'), setting('c')]).toEqual([0, '7\n7\n', '1', '3'])
      // And for good, once that holds.
      rmSync(join(place, 'settings', 'net.c'))
      mkdirSync(join(place, 'settings', 'net.c'))
      const anew = `echo tx2 >${place}/state/shop/current; echo 7 >${place}/settings/net.a`
      expect([run('boot', [], [], whileItWaits(anew)).status, setting('a')]).toEqual([0, '7'])
    })

    it('is brought back at boot beside a call that does not end, which the log says', () => {
      begin()
      prepared(STEPS)
      apply()
      run('confirm', ['tx tx1'])
      rmSync(join(place, 'run'), { recursive: true })
      for (const name of ['a', 'b']) put(name, '0')
      const busy = 'flock() { return 1; }'
      expect([run('boot', [], [], busy).status, setting('a'), setting('b')]).toEqual([0, '1', '2'])
      expect(log()).toMatch(/\tdoes not wait any longer at boot for .*\n.*\tbrought back at boot\n$/)
      // A deployment that is open may be that call's: nothing is taken back, or brought about, beside it.
      begin()
      prepared([{ name: 'c', before: '0', after: '5' }], 60, 'tx2')
      run('apply', ['tx tx2', 'stage real-servers'])
      put('a', '0')
      expect([run('boot', [], [], busy).status, setting('a'), setting('c')]).toEqual([1, '0', '5'])
      expect(log()).toMatch(/\tnot brought back at boot: .*\n$/)
      expect(run('revert', ['tx tx2', 'finish']).stdout).toBe('reverted\n')
    })

    /** As another call that comes about while one waits for its turn. */
    const meanwhile = (verb: string, ...lines: string[]) => {
      writeFileSync(join(place, 'other'), text())
      const words = ['cluster shop', 'token t1', 'owner me@here process 1', ...lines, '--', ''].join('\\n')
      return `flock() {
        [ -n "\${waited:-}" ] || { waited=yes; printf '${words}' | ${shell.join(' ')} ${place}/other ${verb} >/dev/null; }
        command flock "$@"
      }`
    }
    const OTHER = ['token t2', 'owner you@there process 2']

    it('is said to be confirmed by a call that has waited for the one that did it', () => {
      begin()
      prepared(STEPS)
      apply()
      const again = () => run('confirm', ['tx tx1'], [], meanwhile('confirm', 'tx tx1')).stdout
      expect([again(), setting('a'), kept()]).toEqual(['confirmed\n', '1', ['boot', 'current', 'tx']])
      begin()
      prepared(
        STEPS.map(({ name, before, after }) => ({ name, before: after, after: before })),
        60,
        'tx2',
        [],
      )
      writeFileSync(join(place, 'state', 'shop', 'tx', 'tx2', 'owned'), '')
      run('apply', ['tx tx2', 'stage real-servers'])
      const removal = run('confirm', ['tx tx2'], [], meanwhile('confirm', 'tx tx2')).stdout
      expect([removal, setting('a'), kept()]).toEqual(['confirmed\n', '0', []])
    })

    it('is concluded by one call at a time', () => {
      begin()
      prepared(STEPS)
      apply()
      writeFileSync(join(place, 'state', 'shop', 'current'), 'tx1\n')
      const busy = 'flock() { [ "$3" = 9 ]; }'
      const takeover = ['token t2', 'owner me@here process 3', 'takeover me@here process 1']
      for (const [verb, lines] of [
        ['confirm', ['tx tx1']],
        ['begin', takeover],
      ] as const) {
        const { status, stdout } = run(verb, lines, [], busy)
        expect([status, stdout]).toEqual([64, expect.stringMatching(/^refused\tan earlier call is still /)])
      }
      expect([kept(), read('run', 'tx1', 'state')]).toEqual([['current', 'open', 'tx'], 'armed\n'])
      run('end', ['token t2'])
      expect(begin(...takeover).status).toBe(0)
      expect([kept(), read('run', 'tx1', 'state')]).toEqual([['current', 'tx'], 'confirmed\n'])
      // Its turn is over before it reads the host, which may take as long as the sender likes.
      const free = `probe() { flock -n ${place}/run/apply true && echo free; }`
      writeFileSync(join(place, 'state', 'shop', 'open'), 'tx1\n')
      expect(run('begin', takeover, [], free).stdout).toBe('free\n')
    })

    it('is concluded by its timer where the call that confirmed it has not got that far', () => {
      begin()
      prepared(STEPS)
      apply()
      writeFileSync(join(place, 'state', 'shop', 'current'), 'tx1\n')
      withoutTimer('tx1', '\n1\n')
      expect(run('deadman', ['tx tx1']).status).toBe(0)
      expect([kept(), read('run', 'tx1', 'state'), existsSync(join(place, 'run', 'lock'))]).toEqual([
        ['current', 'tx'],
        'confirmed\n',
        false,
      ])
      expect([setting('a'), log()]).toEqual(['1', expect.stringMatching(/\tconfirmed\n$/)])
      // Once it is through, there is nothing left to do.
      expect(run('deadman', ['tx tx1']).status).toBe(0)
      expect(log().match(/\tconfirmed\n/g)).toHaveLength(1)
    })

    it('stays where it was confirmed and somebody has begun since, and goes back where nobody has', () => {
      begin()
      prepared(STEPS)
      apply()
      run('confirm', ['tx tx1'])
      expect(begin(...OTHER).status).toBe(0)
      const held = read('run', 'lock')
      const late = () => run('revert', ['tx tx1', 'finish']).stdout
      expect([late(), setting('a'), read('run', 'lock')]).toEqual(['confirmed\n', '1', held])
      run('end', OTHER)
      // Stage after stage; until it is through, nobody else begins.
      expect(run('revert', ['tx tx1', 'stage real-servers']).stdout).toBe('undone\n')
      expect([setting('a'), begin(...OTHER).status]).toEqual(['0', 75])
      expect([late(), kept(), begin(...OTHER).status]).toEqual(['reverted\n', [], 0])
    })

    it('leaves alone what has begun after it, when it is confirmed once more after a reboot', () => {
      begin()
      prepared(STEPS)
      apply()
      run('confirm', ['tx tx1'])
      rmSync(join(place, 'run'), { recursive: true })
      begin()
      prepared([{ name: 'c', before: '0', after: '5' }], 60, 'tx2')
      run('apply', ['tx tx2', 'stage real-servers'])
      expect(run('confirm', ['tx tx1']).stdout).toBe('confirmed\n')
      expect([kept(), readdirSync(join(place, 'state', 'shop', 'tx')).sort()]).toEqual([
        ['boot', 'current', 'open', 'tx'],
        ['tx1', 'tx2'],
      ])
      withoutTimer('tx2', '\n1\n')
      expect(run('deadman', ['tx tx2']).status).toBe(0)
      expect(setting('c')).toBe('0')
    })

    it('does not keep the host to itself while it waits for a plan of which the rest does not come', async () => {
      begin()
      const [program, ...args] = shell
      const child = spawn(
        program,
        [...args, '-c', text("limited='timeout 1'"), 'lvs-designer', 'prepare', ''],
        { stdio: ['pipe', 'pipe', 'ignore'] },
      )
      try {
        child.stdin.write('cluster shop\ntoken t1\nowner me@here process 1\ntx tx1\n--\nhelper\techo\n')
        let said = ''
        child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
        await once(child, 'close')
        expect([said, kept()]).toEqual([expect.stringMatching(/^refused\tcannot write /), []])
      } finally {
        child.kill('SIGKILL')
      }
    })

    it('is tried again where it did not go back, but for what somebody else has begun', () => {
      begin()
      prepared(STEPS)
      apply()
      const stick = () => {
        rmSync(join(place, 'settings', 'net.a'))
        mkdirSync(join(place, 'settings', 'net.a'))
      }
      stick()
      withoutTimer('tx1', '\n1\n')
      const lock = `${place}/run/lock`
      run(
        'deadman',
        ['tx tx1'],
        [],
        whileItWaits(`${isFree()}; case $waits in
          1) [ ! -e ${lock} ] || echo locked >>${place}/held; put_b 7 ;;
          2) [ "$(cat ${place}/settings/net.b)" = 0 ] || echo early >>${place}/held
            printf 't2\\t%s\\tyou@there\\n' 99999999999 >${lock}; put_b 7 ;;
          3) [ "$(cat ${place}/settings/net.b)" = 7 ] || echo beside >>${place}/held
            rm ${lock}; rmdir ${place}/settings/net.a; echo 1 >${place}/settings/net.a ;;
          *) echo on >>${place}/held ;;
          esac`) + `\nput_b() { echo "$1" >${place}/settings/net.b; }`,
      )
      expect([
        existsSync(join(place, 'held')) ? read('held') : '',
        setting('a'),
        setting('b'),
        kept(),
      ]).toEqual(['', '0', '0', []])
      expect(log()).toMatch(/\tcould not be undone: its time was up\n[^\n]*\tundone: its time was up\n$/)
      // For good, once another deployment has come about, or time enough has gone by.
      begin()
      prepared(STEPS, 60, 'tx2')
      run('apply', ['tx tx2', 'stage real-servers'])
      stick()
      withoutTimer('tx2', '\n1\n')
      const counted = whileItWaits(`echo "$1" >>${place}/pauses`)
      expect(run('deadman', ['tx tx2'], [], counted).status).toBe(0)
      expect(read('pauses')).toBe('1\n2\n4\n8\n16\n32\n64\n128\n')
      expect(run('probe', []).stdout).toContain('== owned\nsysctl\tnet.a\t0\n')
      begin()
      prepared([], 60, 'tx3', STEPS)
      rmSync(join(place, 'pauses'))
      expect([run('deadman', ['tx tx2'], [], counted).status, existsSync(join(place, 'pauses'))]).toEqual([
        0,
        false,
      ])
    })

    it('keeps others away for as long as its timer runs, however long that is, also those of another cluster', () => {
      const expires = () => Number(read('run', 'lock').split('\t')[1])
      begin()
      prepared(STEPS, 3600)
      expect(expires()).toBeGreaterThan(upSeconds() + 3600)
      apply(3600)
      expect(expires()).toBeGreaterThan(upSeconds() + 3600)
      // One that has ended before its transaction all the same.
      writeFileSync(join(place, 'run', 'lock'), 't1\t1\tme@here process 1\n')
      const held = read('run', 'lock')
      for (const cluster of ['shop', 'api']) {
        const other = begin(`cluster ${cluster}`, 'token t2', 'owner you@there process 2')
        expect([other.status, other.stdout, read('run', 'lock')]).toEqual([
          75,
          expect.stringMatching(/^== lock\nme@here process 1\t3\d\d\d\n$/),
          held,
        ])
      }
      expect(run('extend', ['tx tx1', 'timer 3600']).stdout).toBe('extended\n')
      expect(expires()).toBeGreaterThan(upSeconds() + 3600)
      expect(run('confirm', ['tx tx1']).stdout).toContain('confirmed\n')
      expect(begin('cluster api', 'token t2', 'owner you@there process 2').status).toBe(0)
    })

    it('says what to do where the lock cannot even be looked at', () => {
      const { status, stdout } = run('begin', [], [], 'flock() { return 1; }')
      expect([status, stdout]).toEqual([64, expect.stringMatching(/^refused\t[^\t]*lock[^\t]*\t.+\n$/)])
    })
  },
)
