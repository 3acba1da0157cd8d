import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Io } from '../../src/cli/io.js'
import { run } from '../../src/cli/run.js'
import { freePort, makeKey, sshdAvailable, startSshd } from '../sshd/start-sshd.js'
import type { Sshd } from '../sshd/start-sshd.js'

/* What a director says is made up here; those that have an IPVS are in test/lab. */

const SHOP = `lvs: 1
name: shop
networks: { farm: { subnet: 192.0.2.0/24 } }
hosts:
  lb1: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.2 } } }
  lb2: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.3 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.11 } } }
services:
  web: { mode: dr, director: [lb1, lb2], vip: 192.0.2.100, port: 80, real-servers: { rs1: {} } }
`

const said = (connections: number) => `== facts
uid 0
tools ip ipvsadm
== modules
ip_vs loaded
== link
2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP \\    link/ether 02:00:00:00:01:01
== address
2: eth0    inet 192.0.2.100/32 scope global eth0
== ipvs
-A -t 192.0.2.100:80 -s wlc
-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1
== thresholds
TCP  192.0.2.100:80 wlc
  -> 192.0.2.11:80  0 0 ${connections} 2
== traffic
TCP  192.0.2.100:80  ${connections} 0 0 0 0
  -> 192.0.2.11:80  ${connections} 0 0 0 0
== sync
== end
`

const ROW = (connections: number) =>
  expect.stringMatching(new RegExp(`^    rs1 +192\\.0\\.2\\.11:80  dr +1 +${connections} +2( |$)`)) as string

describe.skipIf(!sshdAvailable)('status', () => {
  let folder = ''
  let sshd: Sshd
  let relay: Server
  let port = 0
  const relayed = new Set<Socket>()
  const file = () => join(folder, 'shop.lvs.yaml')

  const says = (text: string) => {
    writeFileSync(join(folder, 'next'), text)
    renameSync(join(folder, 'next'), join(folder, 'probe'))
  }
  /** The way to the director, which a test can cut. */
  const listen = async () => {
    relay = createServer((socket) => {
      const onward = connect({ port: sshd.port, host: '127.0.0.1' })
      for (const end of [socket, onward]) {
        relayed.add(end)
        end.on('error', () => undefined).on('close', () => relayed.delete(end))
      }
      socket.pipe(onward).pipe(socket)
    })
    await new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve))
  }
  const cut = async () => {
    const closed = new Promise((resolve) => relay.close(resolve))
    for (const end of relayed) end.destroy()
    await closed
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lvs-status-'))
    sshd = await startSshd({ config: [`ForceCommand cat ${join(folder, 'probe')}`] })
    port = await freePort()
    const nobody = await freePort()
    const [key] = sshd.hostKeys
    writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${key?.publicLine ?? ''}\n`)
    const host = (name: string, at: number) =>
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${at}\n  User ${sshd.user}\n  IdentityFile ${sshd.userKey.file}\n` +
      `  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile ${join(folder, 'known_hosts')}\n  StrictHostKeyChecking yes\n`
    writeFileSync(join(folder, 'ssh_config'), host('lb1', port) + host('lb2', nobody))
    const stranger = makeKey(folder, 'stranger').file
    writeFileSync(
      join(folder, 'refused_config'),
      host('lb1', port).replace(sshd.userKey.file, stranger) +
        host('lb2', port)
          .replace(join(folder, 'known_hosts'), join(folder, 'nothing_known'))
          .replace('Checking yes', 'Checking ask'),
    )
    writeFileSync(file(), SHOP)
    says(said(1))
    await listen()
  })
  afterAll(async () => {
    await cut()
    await sshd.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const logins = () => sshd.log().match(/Accepted publickey/g)?.length ?? 0
  /** A call whose output can be waited for, and which somebody can end. */
  function started(
    argv: readonly string[],
    {
      config = 'ssh_config',
      ...more
    }: Partial<Pick<Io, 'columns' | 'rows' | 'ask'>> & { readonly config?: string } = {},
  ) {
    const controller = new AbortController()
    const reader = new AbortController()
    let out = ''
    let err = ''
    const status = run(['status', ...argv, '--ssh-config', join(folder, config)], {
      out: (text) => (out += text),
      err: (text) => (err += text),
      colour: false,
      ask: undefined,
      input: () => Promise.resolve(''),
      signal: controller.signal,
      readerGone: reader.signal,
      ...more,
    })
    const shows = (what: string | RegExp) => expect.poll(() => out, { timeout: 60_000 }).toMatch(what)
    return { status, controller, reader, shows, out: () => out, err: () => err }
  }

  it('shows who can be read, names who cannot, and ends with a status of its own for that', async () => {
    const call = started([file()])
    expect(await call.status).toBe(3)
    expect(call.err()).toBe('connecting to lb1, lb2\n')
    expect(call.out().split('\n')).toEqual([
      'lb1',
      '  web: tcp 192.0.2.100:80, wlc, has the VIP',
      '    real server  address        method  weight  active  inactive',
      ROW(1),
      '',
      expect.stringMatching(/^lb2: connect: /),
      '',
    ])
    writeFileSync(join(folder, 'alone.lvs.yaml'), SHOP.replace('[lb1, lb2]', 'lb1'))
    const json = started([join(folder, 'alone.lvs.yaml'), '--json'])
    expect(await json.status).toBe(0)
    expect(JSON.parse(json.out())).toMatchObject({
      directors: [
        {
          host: 'lb1',
          services: [
            {
              name: 'web',
              target: 'tcp 192.0.2.100:80',
              there: true,
              hasVip: true,
              destinations: [
                {
                  realServer: 'rs1',
                  is: 'real server',
                  weight: 1,
                  drawnWeight: 1,
                  drained: false,
                  connections: { active: 1, inactive: 2 },
                },
              ],
            },
          ],
        },
      ],
      unread: [],
    })
  })

  it('has no table of who may not read it, and says what to do', async () => {
    says(said(1).replace('uid 0', 'uid 1000'))
    const call = started([file()])
    expect(await call.status).toBe(3)
    expect(call.out()).toMatch(/^lb1: probe: its IPVS table is for root alone; .*sudo: true/m)
    expect(call.out()).not.toMatch(/not in the table/)
    says(said(1))
  })

  it('follows over one connection, says when a director goes away and when it is back, and ends at once', async () => {
    const before = logins()
    const call = started([file(), '--watch', '--json'])
    await call.shows(/"active":1/)
    says(said(5))
    await call.shows(/"active":5/)
    await call.shows(/"perSecond":/)
    expect(logins()).toBe(before + 1)
    await cut()
    await call.shows(/"directors":\[\],"unread":\[{"host":"lb1"/)
    says(said(6))
    await listen()
    await call.shows(/"active":6/)
    expect(logins()).toBe(before + 2)
    call.controller.abort()
    // lb2 could not be read.
    expect(await call.status).toBe(3)
    await expect.poll(() => relayed.size).toBe(0)
    const lines = call.out().trimEnd().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(4)
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('directors')
    expect(call.err()).toBe('connecting to lb1, lb2\n')
  })

  it('fails to log in once, and asks once about a key, however long it follows', async () => {
    const refused = () => sshd.log().match(/Connection (closed|reset) by authenticating user/g)?.length ?? 0
    const before = refused()
    let asked = 0
    const ask = () => Promise.resolve(++asked > 100)
    const call = started([file(), '--watch', '--json'], { config: 'refused_config', ask })
    await call.shows(/(.+\n){3}/)
    call.controller.abort()
    expect(await call.status).toBe(3)
    expect({ refused: refused() - before, asked }).toEqual({ refused: 1, asked: 1 })
    expect(JSON.parse(call.out().trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      unread: [
        {
          host: 'lb1',
          step: 'connect',
          message: expect.stringMatching(/ did not accept .* It is not tried again: /) as string,
        },
        {
          host: 'lb2',
          step: 'connect',
          message: expect.stringMatching(/ is not known, .* It is not tried again: /) as string,
        },
      ],
    })
  })

  it('shows one block after the other in a pipe, until nobody reads it', async () => {
    says(said(1))
    const call = started([file(), '--watch'])
    await call.shows(/^\d\d:\d\d:\d\d\nlb1\n[^]*\n\n\d\d:\d\d:\d\d\nlb1\n[^]*conn\/s/)
    expect(call.out()).not.toContain('\u001b')
    call.reader.abort()
    expect(await call.status).toBe(3)
    await expect.poll(() => relayed.size).toBe(0)
  })

  it('draws a terminal anew in its place', async () => {
    const call = started([file(), '--watch'], { columns: 200, rows: 40 })
    await call.shows(/conn\/s/)
    call.controller.abort()
    await call.status
    expect(call.out()).toMatch(/^\u001b\[2J\u001b\[H\d\d:\d\d:\d\d {3}Ctrl\+C ends\u001b\[K\nlb1/)
    expect(call.out().split('\u001b[H').length).toBeGreaterThanOrEqual(3)
    expect(call.out().match(/\u001b\[2J/g)).toHaveLength(1)
  })

  it('ends at once while it is connecting', async () => {
    await cut()
    const silent: Socket[] = []
    relay = createServer((socket) => silent.push(socket))
    await new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve))
    const call = started([file(), '--watch'])
    await expect.poll(() => silent.length).toBeGreaterThan(0)
    call.controller.abort()
    expect([await call.status, call.out()]).toEqual([3, ''])
    for (const socket of silent) socket.destroy()
  })

  it.each([
    [['--every'], /usage: lvs-designer status FILE/],
    [[], /usage: lvs-designer status FILE/],
  ])('refuses %j', async (argv, message) => {
    const call = started(argv)
    expect([await call.status, call.out()]).toEqual([2, ''])
    expect(call.err()).toMatch(message)
  })

  it('has nothing to look at where no director is drawn', async () => {
    writeFileSync(join(folder, 'none.lvs.yaml'), 'lvs: 1\nname: x\nhosts: {}\nservices: {}\n')
    const call = started([join(folder, 'none.lvs.yaml')])
    expect([await call.status, call.err()]).toEqual([2, expect.stringContaining('nothing to look at')])
  })
})
