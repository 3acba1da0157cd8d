import { describe, expect, it } from 'vitest'
import { sshArguments } from './ssh-arguments.js'

const nothing = { address: undefined, user: undefined, port: undefined, jump: undefined, sudo: undefined }

describe('ssh in a terminal', () => {
  it('goes by the SSH configuration alone where the file says nothing', () => {
    expect(sshArguments({ host: 'rs1', ssh: undefined }, { kind: 'ssh', sshConfig: undefined })).toEqual([
      '--',
      'rs1',
    ])
  })

  it('takes over what the file says', () => {
    const ssh = { ...nothing, address: '10.0.0.11', user: 'ops', port: 2222, jump: 'bastion' }
    expect(sshArguments({ host: 'rs1', ssh }, { kind: 'ssh', sshConfig: '/home/ops/ssh_config' })).toEqual([
      '-F',
      '/home/ops/ssh_config',
      '-o',
      'HostName=10.0.0.11',
      '-o',
      'Port=2222',
      '-o',
      'User=ops',
      '-o',
      'ProxyJump=bastion',
      '--',
      'rs1',
    ])
  })

  it('leaves the way to virtual hosts to the lab', () => {
    const ssh = { ...nothing, address: '10.0.0.11' }
    expect(sshArguments({ host: 'rs1', ssh }, { kind: 'lab', sshConfig: '/run/lab/ssh_config' })).toEqual([
      '-F',
      '/run/lab/ssh_config',
      '--',
      'rs1',
    ])
  })

  it('takes no name of a host for an option', () => {
    expect(
      sshArguments({ host: '-oProxyCommand=x', ssh: undefined }, { kind: 'ssh', sshConfig: undefined }),
    ).toEqual(['--', '-oProxyCommand=x'])
  })
})
