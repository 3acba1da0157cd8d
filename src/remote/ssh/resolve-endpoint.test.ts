import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Endpoint, SshTarget } from './endpoint.js'
import { SshFailure } from './failure.js'
import { resolveEndpoint } from './resolve-endpoint.js'
import { loadSshConfig } from './ssh-config.js'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lvs-ssh-config-'))
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

function write(name: string, text: string): string {
  const file = join(home, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

async function resolved(
  text: string,
  target: Partial<SshTarget> = {},
  environment: Record<string, string> = {},
): Promise<Endpoint | SshFailure> {
  write('.ssh/config', text)
  const config = await loadSshConfig({ home, login: 'operator', environment })
  return resolveEndpoint({ host: 'lb1', alias: 'lb1', ...target }, config)
}

async function endpoint(...args: Parameters<typeof resolved>): Promise<Endpoint> {
  const result = await resolved(...args)
  if (result instanceof SshFailure) throw result
  return result
}

async function refused(...args: Parameters<typeof resolved>): Promise<SshFailure> {
  const result = await resolved(...args).catch((error: unknown) => error as SshFailure)
  if (!(result instanceof SshFailure)) throw new Error('not refused')
  return result
}

describe('without a configuration', () => {
  it('has the defaults of ssh', async () => {
    const config = await loadSshConfig({ home, login: 'operator', environment: { SSH_AUTH_SOCK: '/agent' } })
    expect(resolveEndpoint({ host: 'lb1', alias: 'lb1' }, config)).toMatchObject({
      host: 'lb1',
      hostName: 'lb1',
      port: 22,
      user: 'operator',
      identityFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => ({
        path: join(home, '.ssh', name),
        named: false,
      })),
      identityAgent: { path: '/agent', named: false },
      identitiesOnly: false,
      userKnownHostsFiles: [join(home, '.ssh/known_hosts'), join(home, '.ssh/known_hosts2')],
      strictHostKeyChecking: 'ask',
      jumps: [],
    })
  })

  it('takes what the topology says, and a named file must exist', async () => {
    expect(await endpoint('', { address: '192.0.2.1', port: 2222, user: 'ops', sudo: true })).toMatchObject({
      hostName: '192.0.2.1',
      port: 2222,
      user: 'ops',
      sudo: true,
    })
    await expect(loadSshConfig({ home, file: join(home, 'absent') })).rejects.toMatchObject({
      reason: 'config-unreadable',
    })
  })
})

describe('a lookup', () => {
  it('takes the first value, adds up IdentityFile, and leaves to the topology what is not said', async () => {
    const found = await endpoint(
      [
        'Host lb?',
        '  HostName=%h.example.net',
        '  IdentityFile "~/my keys/one"',
        '  User first # of the lb hosts',
        'Host * !lb1',
        '  Port 99',
        'Host rs1 LB1',
        '\tUSER second',
        '  identityfile %d/two-%r-%h-%p-%u-%%',
        '  UserKnownHostsFile ~/a "~/b c"',
        '  StrictHostKeyChecking Yes',
        '  IdentitiesOnly yes',
        '  IdentityAgent none',
        '  HostKeyAlias shop',
      ].join('\r\n'),
      { address: '192.0.2.1', port: 2222, user: 'ops' },
      { SSH_AUTH_SOCK: '/agent' },
    )
    expect(found).toMatchObject({
      hostName: '192.0.2.1.example.net',
      port: 2222,
      user: 'first',
      identityFiles: [
        { path: join(home, 'my keys/one'), named: true },
        { path: `${home}/two-first-192.0.2.1.example.net-2222-operator-%`, named: true },
      ],
      userKnownHostsFiles: [join(home, 'a'), join(home, 'b c')],
      strictHostKeyChecking: 'yes',
      identitiesOnly: true,
      hostKeyAlias: 'shop',
    })
    expect(found.identityAgent).toBeUndefined()
  })

  it('finds Host lines by the address of the topology too', async () => {
    expect(await endpoint('Host 192.0.2.*\n  User net', { address: '192.0.2.1' })).toMatchObject({
      user: 'net',
    })
    expect(await endpoint('Host * !192.0.2.1\n  User net', { address: '192.0.2.1' })).toMatchObject({
      user: 'operator',
    })
  })

  it.each(['no', 'off', 'accept-new', 'ask'])('asks where StrictHostKeyChecking is %s', async (word) => {
    expect(await endpoint(`StrictHostKeyChecking ${word}`)).toMatchObject({ strictHostKeyChecking: 'ask' })
  })

  it('finds the agent by IdentityAgent: a path, a variable, SSH_AUTH_SOCK', async () => {
    const environment = { SSH_AUTH_SOCK: '/default', MINE: '/mine' }
    expect(await endpoint('IdentityAgent ~/sock', {}, environment)).toMatchObject({
      identityAgent: { path: join(home, 'sock') },
    })
    expect(await endpoint('IdentityAgent $MINE', {}, environment)).toMatchObject({
      identityAgent: { path: '/mine' },
    })
    expect(await endpoint('IdentityAgent SSH_AUTH_SOCK', {}, environment)).toMatchObject({
      identityAgent: { path: '/default' },
    })
    expect(await endpoint('IdentityFile ${MINE}/k', {}, environment)).toMatchObject({
      identityFiles: [{ path: '/mine/k' }],
    })
  })
})

describe('Match', () => {
  it('never runs a command, and never applies', async () => {
    const mark = join(home, 'ran')
    const found = await endpoint(
      [
        `Match exec "touch ${mark}"`,
        '  User one',
        `Match host lb1 exec 'touch ${mark}'`,
        '  User two',
        `match all`,
        '  User three',
        `Match !exec touch`,
        `MATCH=exec "touch ${mark}`,
        '  User four',
        'Include nothing-of-this',
        'Host *',
        `  LocalCommand touch ${mark}`,
        '  PermitLocalCommand yes',
        `  KnownHostsCommand /bin/touch ${mark}`,
        '  CanonicalizeHostname yes',
        '  User five',
      ].join('\n'),
    )
    expect(found.user).toBe('five')
    expect(existsSync(mark)).toBe(false)
  })
})

describe('Include', () => {
  it('reads relative, home and globbed files, in a Host block only for its hosts', async () => {
    write('.ssh/conf.d/20.conf', 'Host lb1\n  Port 20\n  User twenty\n')
    write('.ssh/conf.d/10.conf', 'Host lb1\n  Port 10\nHost other\n  User other\n')
    write('.ssh/conf.d/.hidden.conf', 'User hidden\n')
    write('only-rs', 'HostKeyAlias wrong\n')
    const found = await endpoint(
      'Host rs1\n  Include ~/only-rs\nHost *\nInclude conf.d/*.conf absent\nUser last\n',
    )
    expect(found).toMatchObject({ port: 10, user: 'twenty' })
    expect(found.hostKeyAlias).toBeUndefined()
  })

  it('does not go round in circles', async () => {
    write('.ssh/again', 'Include again\n')
    expect((await refused('Include again')).reason).toBe('config-invalid')
    write('.ssh/a1', 'Include a?\nInclude a?\n')
    write('.ssh/a2', 'Include a?\nInclude a?\n')
    expect((await refused('Include a1')).reason).toBe('config-invalid')
  })
})

describe('what is not right', () => {
  it.each([
    ['Port 0', ':1)'],
    ['\nPort 22x', ':2)'],
    ['User', ':1'],
    ['User\nPort 22', ':1'],
    ['Host', ':1'],
    ['# fine\n\nIdentityFile "open', ':3'],
    ['IdentityFile ~/a#b', ':1'],
    ['IdentityFile ~other/key', ':1)'],
    ['IdentityFile %Q', ':1)'],
    ['IdentityFile ${UNSET}', ':1)'],
    ['HostName a,b', ':1)'],
    ['HostName *', ':1)'],
    ['HostName -oProxyCommand=x', ':1)'],
    ['HostKeyAlias "a b"', ':1)'],
    ['IdentitiesOnly perhaps', ':1)'],
  ])('%j is refused with its line', async (text, where) => {
    const failure = await refused(text)
    expect(failure.reason).toBe('config-invalid')
    expect(failure.message).toContain(`${join(home, '.ssh/config')}${where}`)
  })

  it('is a name of the topology that is none', async () => {
    for (const address of ['', 'a b', 'a\nb', '*', '!x', '#x', '@x', '|1|x', 'a,b', '-x']) {
      expect((await refused('', { address })).reason, address).toBe('config-invalid')
    }
  })

  it('is a file others may write, where it is the own one', async () => {
    const file = write('.ssh/config', 'User x')
    chmodSync(file, 0o666)
    await expect(loadSshConfig({ home })).rejects.toMatchObject({ reason: 'config-unreadable' })
    await expect(loadSshConfig({ home, file })).resolves.toBeDefined()
  })

  it('is ProxyCommand, unless it is none or comes after ProxyJump', async () => {
    const failure = await refused('User x\nProxyCommand nc %h %p')
    expect(failure.reason).toBe('proxy-command-refused')
    expect(failure.message).toContain(':2')
    expect(await endpoint('ProxyCommand none\nProxyJump b')).toMatchObject({ jumps: [] })
    expect((await endpoint('Host lb1\nProxyJump b\nProxyCommand nc')).jumps).toHaveLength(1)
  })
})

describe('ProxyJump', () => {
  it('is a chain, each hop with its own configuration, the nearest first', async () => {
    const found = await endpoint(
      [
        'Host lb1',
        '  ProxyJump me@b1:2201,ssh://b2',
        'Host b1',
        '  HostName b1.example.net',
        '  Port 99',
        '  ProxyJump outer',
        'Host b2',
        '  User two',
        '  ProxyJump never',
      ].join('\n'),
      { jump: 'not-this' },
    )
    expect(found.jumps).toMatchObject([
      { label: 'outer (on the way to lb1)', hostName: 'outer', port: 22 },
      { hostName: 'b1.example.net', port: 2201, user: 'me', host: 'lb1' },
      { hostName: 'b2', user: 'two', jumps: [] },
    ])
  })

  it('comes from the topology where the configuration says nothing', async () => {
    expect((await endpoint('', { jump: 'bastion' })).jumps).toMatchObject([{ hostName: 'bastion' }])
    expect((await endpoint('ProxyJump none', { jump: 'bastion' })).jumps).toEqual([])
  })

  it('refuses circles, and what is no host', async () => {
    expect((await refused('ProxyJump bastion')).message).toContain('circle')
    for (const jump of ['-x', 'a b', 'a:0', 'a:70000', 'a;b', '$(x)', '']) {
      expect((await refused('', { jump })).reason, jump).toBe('jump-unsupported')
    }
  })
})
