import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DirectorStatus } from '../../src/core/plan/director-status.js'
import { startCli } from './faults-kit.js'
import { answers, finish, startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'
import { startLoad, startServers } from './load/load.js'

/** What an operator does with a cluster that is deployed and serves. */
describe('operating a cluster', () => {
  let lab: RunningLab

  beforeAll(async () => {
    lab = await startLab('samples/nat.lvs.yaml', 'test-operating')
    const { status, stdout, stderr } = await lab.cli('apply', lab.file)
    expect(status, stdout + stderr).toBe(0)
  })
  afterAll(async () => {
    await lab.down()
  })

  const URL = 'http://192.0.2.100/'
  const destination = (rs: string) =>
    lab.on('lb1', `ipvsadm -S -n | grep -F -e "-t 192.0.2.100:80 -r ${rs}:8080 "`)

  /** A connection that is open until /tmp/ask is there, asks for the page then, and notes what it got. */
  const longConnection = () =>
    lab.on(
      'alice',
      `setsid bash -c 'exec 3<>/dev/tcp/192.0.2.100/80; echo >/tmp/open; until [ -e /tmp/ask ]; do sleep 0.2; done; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3 >>/tmp/answers' </dev/null >/dev/null 2>&1 &
       until [ -e /tmp/open ]; do sleep 0.2; done; rm /tmp/open`,
    )

  /** `10.0.0.11:8080 weight active inactive` of the table itself, and of what `status` says meanwhile. */
  async function tableAndStatus() {
    const table = () => lab.on('lb1', "ipvsadm -Ln | awk '/^ +-> [0-9]/ { print $2, $4, $5, $6 }'")
    const before = await table()
    const { status, stdout, stderr } = await lab.cli('status', lab.file, '--json')
    expect(status, stderr).toBe(0)
    const after = await table()
    const [director] = (JSON.parse(stdout) as { readonly directors: readonly DirectorStatus[] }).directors
    const [web] = director?.services ?? []
    const shown = (web?.destinations ?? []).map(({ address, weight, connections, ...more }) => ({
      row: `${address} ${weight} ${connections?.active} ${connections?.inactive}`,
      ...more,
    }))
    expect(shown.map(({ realServer }) => realServer)).toEqual(['rs1', 'rs2'])
    expect(web).toMatchObject({ name: 'web', hasVip: true })
    // Connections that have ended are forgotten one by one.
    for (const { row } of shown) expect(`${before}\n${after}`.split('\n')).toContain(row)
    return shown
  }

  it('drains a real server: no new connections, and those it has go on until they end', async () => {
    // Round robin: of two connections one is at each real server.
    await longConnection()
    await longConnection()
    const early = await lab.cli('drain', lab.file, 'web', 'rs1', '--wait', '0')
    expect(early.stdout).toMatch(/COMMITTED lb1: 1 change/)
    expect(early.stdout).toMatch(
      /rs1 gets no new connections of web, and still has one connection; it stays drained\./,
    )
    expect(early.status, early.stderr).toBe(1)
    expect(await destination('10.0.0.11')).toContain('-w 0')
    expect((await answers(lab, 'alice', URL, 4)).counts).toEqual({ rs2: 4 })
    const [rs1, rs2] = await tableAndStatus()
    expect([rs1, rs2]).toMatchObject([
      { row: expect.stringMatching(/^10\.0\.0\.11:8080 0 1 /) as string, drained: true, drawnWeight: 1 },
      { row: expect.stringMatching(/^10\.0\.0\.12:8080 1 1 /) as string, drained: false },
    ])
    const following = startCli(lab, 'status', lab.file, '--watch')
    let followed = ''
    following.child.stdout.on('data', (chunk: string) => (followed += chunk))
    await expect
      .poll(() => followed, { timeout: 120_000 })
      .toMatch(/conn\/s[^]*\n +rs1 +10\.0\.0\.11:8080 +nat +0 +1 .* drained\n/)
    following.child.kill('SIGINT')
    expect((await following.ended).status).toBe(0)

    const waiting = startCli(lab, 'drain', lab.file, 'web', 'rs1', '--wait', '200')
    await waiting.said(/rs1 still has one connection/)
    await lab.on('alice', 'echo >/tmp/ask')
    const { status, stdout, stderr } = await waiting.ended
    expect(stderr).toMatch(/rs1 still has one connection/)
    expect(stdout).toMatch(/UNCHANGED lb1/)
    expect(stdout).toMatch(/rs1 gets no new connections of web, and has none left\./)
    expect(status, stderr).toBe(0)
    // One was served by the real server that was being drained, as if nothing were.
    const served = await lab.on(
      'alice',
      'until [ "$(grep -c "^rs" /tmp/answers)" -ge 2 ]; do sleep 0.2; done; cat /tmp/answers; rm /tmp/ask',
    )
    expect(served).toMatch(/^rs1 /m)
    expect(served).toMatch(/^rs2 /m)
  })

  it('keeps a drain through deployments, and says so; it is neither drift nor a fault', async () => {
    const planned = await lab.cli('plan', lab.file)
    expect(planned.stdout).toMatch(/Nothing to change/)
    expect(planned.stderr).toMatch(
      /lb1: 10.0.0.11:8080 of tcp 192.0.2.100:80 is drained and stays so; "undrain" gives it its weight back/,
    )
    const applied = await lab.cli('apply', lab.file)
    expect([applied.status, await destination('10.0.0.11')]).toEqual([0, expect.stringContaining('-w 0')])
    expect((await lab.cli('drift', lab.file)).status).toBe(0)
  })

  it('comes back as drained after a reboot of what the director wrote down', async () => {
    await lab.on('lb1', 'ipvsadm -e -t 192.0.2.100:80 -r 10.0.0.11:8080 -m -w 1')
    expect((await lab.cli('drift', lab.file)).status).toBe(1)
    await lab.on('lb1', 'sh /var/lib/lvs-designer/test-operating/boot')
    expect(await destination('10.0.0.11')).toContain('-w 0')
  })

  it('gives the drawing’s weight back', async () => {
    const { status, stdout, stderr } = await lab.cli('undrain', lab.file, 'web', 'rs1')
    expect(stdout).toMatch(/COMMITTED lb1: 1 change/)
    expect(status, stderr).toBe(0)
    expect(await destination('10.0.0.11')).toContain('-w 1')
    expect((await tableAndStatus())[0]).toMatchObject({ drained: false, drawnWeight: 1 })
    expect((await answers(lab, 'alice', URL, 4)).counts).toEqual({ rs1: 2, rs2: 2 })
    expect((await lab.cli('plan', lab.file)).stderr).not.toMatch(/drained/)
  })

  it('is told what has become of its hosts by the exit status, also where nothing can be written', async () => {
    const words = ['dist/cli.js', 'apply', lab.file, '--skip-verify', '--ssh-config', lab.sshConfig]
    const { status, stderr } = await finish('sh', ['-c', '"$@" >/dev/full', 'sh', process.execPath, ...words])
    expect(stderr).toContain('cannot write the result: no space is left')
    expect(status).toBe(0)
  })

  it('loses the connections of a destination that somebody deletes, and no others', async () => {
    const ask = String.raw`printf "GET / HTTP/1.0\r\n\r\n"`
    await lab.on(
      'alice',
      `setsid bash -c 'echo $$ >/tmp/asker; exec 3<>/dev/tcp/192.0.2.100/80 4<>/dev/tcp/192.0.2.100/80; echo >/tmp/both
         until [ -e /tmp/ask ]; do sleep 0.2; done
         ${ask} >&3; ${ask} >&4; cat <&3 >/tmp/one & cat <&4 >/tmp/other & wait' </dev/null >/dev/null 2>&1 &
       until [ -e /tmp/both ]; do sleep 0.2; done`,
    )
    const rs1 = '-t 192.0.2.100:80 -r 10.0.0.11:8080'
    await lab.on('lb1', `ipvsadm -d ${rs1}`)
    // One request is answered, and one sent again and again.
    const answered = await lab.on(
      'alice',
      `echo >/tmp/ask; until [ -s /tmp/one ] || [ -s /tmp/other ]; do sleep 0.2; done
       until ss -Htin dst 192.0.2.100 | grep -q 'retrans:[0-9]*/[1-9]'; do sleep 0.2; done
       cat /tmp/one /tmp/other; kill -- -$(cat /tmp/asker)`,
    )
    await lab.on('lb1', `ipvsadm -a ${rs1} -m -w 1`)
    expect(answered).toMatch(/rs2 /)
    expect(answered).not.toMatch(/rs1 /)
  })

  it('is deployed to by a user who may run the helper as root, and nothing else', async () => {
    const out = join(lab.folder, 'sudo')
    expect((await lab.cli('sudoers', 'ops', '--out', out)).status).toBe(2)
    const made = await finish(process.execPath, ['dist/cli.js', 'sudoers', 'ops', '--out', out])
    expect(made.status, made.stderr).toBe(0)
    // Of sudo's rules there is this one alone, on the director.
    const files = await readdir(out)
    for (const name of files) {
      const text = (await readFile(join(out, name))).toString('base64')
      await lab.on('lb1', `mkdir -p /root/sudo && echo ${text} | base64 -d >/root/sudo/${name}`)
    }
    await lab.on('lb1', 'rm -f /etc/sudoers.d/*; sh /root/sudo/install.sh && visudo -c')
    const config = join(lab.folder, 'as-ops')
    const blocks = (await readFile(lab.sshConfig, 'utf8')).split(/^(?=Host )/m)
    const asOps = blocks.map((block) =>
      block.startsWith('Host lb1') ? block.replace(/User root/, 'User ops') : block,
    )
    await writeFile(config, asOps.join(''))
    const drawing = join(lab.folder, 'as-ops.lvs.yaml')
    const text = await readFile(lab.file, 'utf8')
    await writeFile(
      drawing,
      text
        .replace('  lb1:\n    role: director\n', '  lb1:\n    role: director\n    ssh: { sudo: true }\n')
        .replace('scheduler: rr', 'scheduler: wrr'),
    )
    const cli = ['dist/cli.js', 'apply', drawing, '--canary', '--ssh-config', config]
    const { status, stdout, stderr } = await finish(process.execPath, cli)
    expect(stdout, stderr).toMatch(/COMMITTED lb1: 1 change/)
    expect(status, stderr).toBe(0)
    const sudo = (command: string) => finish('ssh', ['-F', config, 'lb1', `sudo -n ${command}`])
    for (const command of ['id', "/bin/sh -c 'id'", '/usr/sbin/ipvsadm -C']) {
      expect((await sudo(command)).status, command).not.toBe(0)
    }
    // What the timer would have run is the helper that was installed.
    await lab.on(
      'lb1',
      'cd /var/lib/lvs-designer/test-operating && cmp /usr/local/lib/lvs-designer/helper-* "tx/$(cat current)/helper"',
    )
  })

  it('names what there is where somebody mistypes, before any host is reached', async () => {
    const { status, stderr } = await lab.cli('drain', lab.file, 'web', 'rs7')
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/web has no real server rs7; it has rs1, rs2/),
    ])
  })

  /** What an operator does to a cluster at work, one after the other: another service, another weight, another real server. */
  const CHANGES: readonly ((text: string) => string)[] = [
    (text) => text.replace(/^ {2}web:\n(?: {4}.*\n)+/m, (web) => `${web}${copyOf(web, 'other', 81)}`),
    (text) => text.replace('rs1: { port: 8090 }', 'rs1: { port: 8090, weight: 3 }'),
    (text) => text.replace('rs1: { port: 8090, weight: 3 }\n', '$&      rs2: { port: 8090 }\n'),
  ]
  const copyOf = (service: string, name: string, port: number) =>
    service.replace('web:', `${name}:`).replace('port: 80\n', `port: ${port}\n`)

  it('refuses and breaks no connection while it is changed, at 200 of them a second', async () => {
    let text = (await readFile(lab.file, 'utf8')).replace(/^ {2}web:\n(?: {4}.*\n)+/m, (web) => {
      const busy = copyOf(web, 'busy', 90).replace('scheduler: rr', 'scheduler: wrr')
      return `${web}${busy.replace(/ +rs2: .*\n/, '').replace('port: 8080', 'port: 8090')}`
    })
    const apply = async () => {
      await writeFile(lab.file, text)
      // What is asked all the time needs no verification.
      const { status, stdout, stderr } = await lab.cli('apply', lab.file, '--skip-verify')
      expect(status, stdout + stderr).toBe(0)
    }
    await startServers(lab, ['rs1', 'rs2'], 8090)
    await apply()
    const load = await startLoad(lab, {
      client: 'alice',
      address: '192.0.2.100',
      port: 90,
      rate: 200,
      held: 4,
    })
    for (const change of CHANGES) {
      const before = text
      text = change(text)
      expect(text).not.toBe(before)
      await apply()
    }
    // The connections that are held are at rs1 alone: they outlast the drain, and what is new goes to rs2.
    const drained = await lab.cli('drain', lab.file, 'busy', 'rs1', '--wait', '0')
    expect(drained.stdout, drained.stderr).toMatch(/rs1 gets no new connections of busy, and still has/)
    const { begun, skipped, seconds, answered, amiss, held } = await load.stop()
    process.stderr.write(
      `  ${begun} connections in ${seconds} s, ${(begun / seconds).toFixed(0)} a second; too many for this machine: ${skipped}; answered by ${JSON.stringify(answered)}, otherwise ${JSON.stringify(amiss)}, held ${held}\n`,
    )
    expect(amiss).toEqual({})
    expect(held).toBe(4)
    expect(Object.keys(answered).sort()).toEqual(['rs1', 'rs2'])
    expect(Object.values(answered).reduce((sum, each) => sum + each, 0)).toBe(begun)
  }, 900_000)
})
