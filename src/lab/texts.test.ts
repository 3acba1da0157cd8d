import { describe, expect, it } from 'vitest'
import { sourceLines } from './apt-sources.js'
import { consoleEvent, consoleTail } from './console.js'
import { cpioArchive } from './cpio.js'
import { cacheFolder, labFiles } from './folders.js'
import { dropRules, sysctlLines } from './guest-files.js'
import { machineArguments, machineMemory } from './qemu.js'
import { knownHostsText, sshConfigText } from './ssh-config.js'
import { parseLabState } from './state.js'
import { missingToolMessage } from './tools.js'

describe('ssh files', () => {
  const hosts = [{ name: 'rs1', port: 2201, publicKey: 'ssh-ed25519 AAAA comment' }]
  it('reach a host by its name, strictly', () => {
    expect(sshConfigText(hosts, { identity: '/a b/id', knownHosts: '/a%b/known' })).toBe(`Host rs1
  HostName 127.0.0.1
  Port 2201
  User root
  IdentityFile "/a b/id"
  IdentitiesOnly yes
  UserKnownHostsFile "/a%%b/known"
  StrictHostKeyChecking yes
`)
  })
  it('know the key at the forwarded port', () => {
    expect(knownHostsText(hosts)).toBe('[127.0.0.1]:2201 ssh-ed25519 AAAA\n')
  })
})

describe('machineArguments', () => {
  const input = {
    name: 'a,b',
    memory: 700,
    processors: 2,
    kernel: '/k',
    initrd: '/i',
    disk: '/d,e',
    console: '/c',
    pidFile: '/p',
    mac: '02:4c:56:53:00:01',
    management: { subnet: '198.19.255.0/24', gateway: '198.19.255.2' },
    forwards: [
      { port: 1, address: '198.19.255.3' },
      { port: 2, address: '198.19.255.10' },
    ],
  }
  it('forwards only from loopback and lets the hosts reach nothing', () => {
    expect(machineArguments({ ...input, accelerator: 'tcg' })).toContain(
      'user,id=management,restrict=on,ipv6=off,net=198.19.255.0/24,host=198.19.255.2,hostfwd=tcp:127.0.0.1:1-198.19.255.3:22,hostfwd=tcp:127.0.0.1:2-198.19.255.10:22',
    )
  })
  it('keeps commas in paths', () => {
    const list = machineArguments({ ...input, accelerator: 'kvm' })
    expect(list).toContain('file=/d,,e,format=raw,if=none,id=image,readonly=on')
    expect(list).toContain('lvs-lab-a,,b')
    expect(list.join(' ')).toContain('-accel kvm -cpu host')
  })
  it('grows with the hosts', () => {
    expect(machineMemory(60)).toBe(512 + 60 * 32)
  })
})

describe('guest files', () => {
  const host = { name: 'h', interfaces: [], routes: [], listens: [], drops: [] }
  it('write forwarding before what it would reset', () => {
    const sysctls = [
      ['net.ipv4.conf.all.accept_redirects', '1'],
      ['net.ipv4.ip_forward', '1'],
    ] as const
    expect(sysctlLines({ ...host, sysctls })).toBe(
      'net/ipv4/ip_forward 1\nnet/ipv4/conf/all/accept_redirects 1\n',
    )
  })
  it('drop by number, never what the operator comes by', () => {
    expect(dropRules([])).toBe('')
    const text = dropRules([{ protocol: 'ipip' }, { protocol: 'tcp', port: 22 }])
    expect(text).toMatch(/iifname .* accept\n {4}meta l4proto 4 drop\n {4}meta l4proto 6 th dport 22 drop\n/)
  })
})

describe('cpioArchive', () => {
  it('has folders before what lies in them and ends on a block', () => {
    const archive = cpioArchive([
      { path: 'a/b/c', mode: 0o600, owner: 1000, content: { kind: 'file', text: 'x' } },
      { path: 'a', mode: 0o700, content: { kind: 'folder' } },
    ])
    expect(archive.length % 512).toBe(0)
    const names = [...archive.toString('latin1').matchAll(/070701[0-9a-f]{104}([^\0]+)\0/g)].map(
      ([, name]) => name,
    )
    expect(names).toEqual(['a', 'a/b', 'a/b/c', 'TRAILER!!!'])
    expect(archive.toString('latin1', 14, 22)).toBe((0o040700).toString(16).padStart(8, '0'))
  })
})

describe('console', () => {
  it.each([
    ['\u001b[2Jlvs-lab: kernel started\r', { kind: 'started' }],
    ['lvs-lab: host rs1 booted', { kind: 'booted', host: 'rs1' }],
    ['lvs-lab: problem: rs1: no \u001b]0;x', { kind: 'problem', host: 'rs1', message: 'no ]0;x' }],
    ['[ 1.0] something else', undefined],
  ])('%j', (line, event) => {
    expect(consoleEvent(line)).toEqual(event)
  })
  it('shows its end without control characters', () => {
    const text = Array.from({ length: 40 }, (_, index) => `line ${index}\r`).join('\n\n')
    expect(consoleTail(text).split('\n')).toHaveLength(15)
    expect(consoleTail(text)).toMatch(/ {2}line 39$/)
  })
})

describe('sourceLines', () => {
  it('turns the mirrors of any Debian release into sources of ours', () => {
    const targets = [
      'http://mirror/debian/|trixie|main|Debian|trixie',
      'http://mirror/debian/|trixie-updates|main|Debian|',
      'http://mirror/debian/|trixie-backports|main|Debian|',
      'http://security/|trixie-security|main|Debian|',
      'http://other/|stable|main|Somebody|',
    ]
    expect(sourceLines(targets.join('\n'))).toEqual([
      'deb http://mirror/debian/ bookworm main',
      'deb http://mirror/debian/ bookworm-updates main',
      'deb http://security/ bookworm-security main',
    ])
  })
  it('leaves the choice to mmdebstrap elsewhere', () => {
    expect(sourceLines('http://mirror/ubuntu/|noble|main|Ubuntu|')).toEqual([])
  })
})

describe('folders, tools and state', () => {
  it('follow XDG_CACHE_HOME where it is absolute', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/c' })).toBe('/var/c/lvs-designer')
    expect(cacheFolder({ XDG_CACHE_HOME: 'c' })).toMatch(/\/\.cache\/lvs-designer$/)
    expect(labFiles('/c', 'shop').sshConfig).toBe('/c/labs/shop/ssh_config')
  })
  it('name the packages to install', () => {
    expect(missingToolMessage(['qemu-system-x86_64', 'ssh', 'ssh-keygen'])).toMatch(
      /apt-get install --no-install-recommends qemu-system-x86 openssh-client$/,
    )
  })
  it('take no state of another kind', () => {
    const state = { accelerator: 'tcg', problems: [], hosts: [{ name: 'rs1', port: 1 }] }
    expect(parseLabState(JSON.stringify(state))).toEqual(state)
    expect(parseLabState('{"hosts":[{}],"problems":[],"accelerator":"tcg"}')).toBeUndefined()
    expect(parseLabState('')).toBeUndefined()
  })
})
