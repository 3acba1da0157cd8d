import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { finish, startLab, stateOfEach } from './lab-kit.js'
import type { Finished, RunningLab } from './lab-kit.js'

const DEPLOYED = ['lb1', 'rs1', 'rs2']

/** Everything that can go wrong on the way to hosts, on real ones: who, in which step, what to do, and no harm done. */
describe('a deployment that cannot be', () => {
  let lab: RunningLab
  let before: ReadonlyMap<string, string> = new Map()

  beforeAll(async () => {
    lab = await startLab('samples/nat.lvs.yaml', 'test-failures')
    before = await stateOfEach(lab, DEPLOYED)
  })
  afterAll(async () => {
    await lab.down()
  })
  afterEach(async () => {
    expect(await stateOfEach(lab, DEPLOYED)).toEqual(before)
  })

  /** The command with an ssh_config in which lines of one host are other than the lab's. */
  async function cliWith(
    host: string,
    replace: (block: string) => string,
    ...args: string[]
  ): Promise<Finished> {
    const text = await readFile(lab.sshConfig, 'utf8')
    const blocks = text.split(/^(?=Host )/m)
    const changed = blocks
      .map((block) => (block.startsWith(`Host ${host}\n`) ? replace(block) : block))
      .join('')
    expect(changed).not.toBe(text)
    const file = join(lab.folder, 'ssh_config')
    await writeFile(file, changed)
    return finish(process.execPath, ['dist/cli.js', ...args, '--ssh-config', file])
  }

  function refused({ status, stdout, stderr }: Finished, ...says: RegExp[]) {
    const text = `${stdout}${stderr}`
    for (const said of says) expect(text).toMatch(said)
    expect(text).not.toMatch(/\n {4}at /)
    expect(status, text).toBe(2)
  }

  it('names a host that cannot be reached', async () => {
    // Port 1 of loopback: nobody listens there.
    const result = await cliWith('rs2', (block) => block.replace(/Port \d+/, 'Port 1'), 'apply', lab.file)
    refused(result, /rs2: connect: .*127\.0\.0\.1.*refused/is, /nothing was changed on any host/)
  })

  it('names a host whose key has changed, and how to mend it if that is right', async () => {
    const knownHosts = join(lab.folder, 'known_hosts')
    const text = await readFile(lab.sshConfig, 'utf8')
    const known = /UserKnownHostsFile "?([^"\n]+)"?/.exec(text)?.[1] ?? ''
    const lines = (await readFile(known, 'utf8')).trim().split('\n')
    // Everybody's key under everybody's name but its own.
    const keys = lines.map((line) => line.split(' ').slice(1).join(' '))
    const swapped = lines.map(
      (line, index) => `${line.split(' ')[0] ?? ''} ${keys[(index + 1) % keys.length] ?? ''}`,
    )
    await writeFile(knownHosts, `${swapped.join('\n')}\n`)
    const result = await cliWith(
      'lb1',
      (block) => block.replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${knownHosts}`),
      'apply',
      lab.file,
    )
    refused(result, /lb1: connect: /, /ssh-keygen -f .* -R/)
  })

  it('does not accept an unknown key where nobody can be asked', async () => {
    const result = await cliWith(
      'lb1',
      (block) => block.replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${join(lab.folder, 'empty')}`),
      'plan',
      lab.file,
    )
    refused(result, /lb1: connect: /, /SHA256:/)
  })

  it('says that a login without root does not do, and works by sudo where that is allowed', async () => {
    const asOps = (block: string) => block.replace(/User root/, 'User ops')
    refused(
      await cliWith('lb1', asOps, 'apply', lab.file),
      /lb1: lock: this needs root, and ops is not; .*sudo: true/,
    )
    const withSudo = join(lab.folder, 'sudo.lvs.yaml')
    const text = await readFile(lab.file, 'utf8')
    await writeFile(
      withSudo,
      text.replace('  lb1:\n    role: director\n', '  lb1:\n    role: director\n    ssh: { sudo: true }\n'),
    )
    const planned = await cliWith('lb1', asOps, 'plan', withSudo)
    expect(planned.stderr + planned.stdout).toMatch(/add the virtual service/)
    expect(planned.status).toBe(0)
    await lab.on('lb1', 'for f in /etc/sudoers.d/*; do mv "$f" /root/; done')
    try {
      refused(await cliWith('lb1', asOps, 'apply', withSudo), /lb1: lock: sudo refused/, /sudoers/)
    } finally {
      await lab.on('lb1', 'for f in /root/*; do mv "$f" /etc/sudoers.d/; done')
    }
  })

  it('names what is not installed', async () => {
    await lab.on('lb1', 'mv /usr/sbin/ipvsadm /usr/sbin/ipvsadm.away')
    try {
      refused(await lab.cli('apply', lab.file), /lb1: ipvsadm is not installed; .*apt-get install ipvsadm/)
    } finally {
      await lab.on('lb1', 'mv /usr/sbin/ipvsadm.away /usr/sbin/ipvsadm')
    }
  })

  it('sees that a host is not as drawn', async () => {
    const other = join(lab.folder, 'other.lvs.yaml')
    await writeFile(other, (await readFile(lab.file, 'utf8')).replace('10.0.0.12', '10.0.0.13'))
    refused(await lab.cli('apply', other), /rs2: eth0 does not have 10\.0\.0\.13/)
  })

  it('refuses a plan that is no longer true', async () => {
    const plan = join(lab.folder, 'plan.json')
    expect((await lab.cli('plan', lab.file, '--out', plan)).status).toBe(0)
    await lab.on('lb1', 'ip address add 192.0.2.100/32 dev eth0')
    try {
      refused(await lab.cli('apply', plan), /lb1: the plan is stale/)
    } finally {
      await lab.on('lb1', 'ip address del 192.0.2.100/32 dev eth0')
    }
  })

  it('leaves a host alone that somebody else is deploying to', async () => {
    await lab.on(
      'rs1',
      'mkdir -p /run/lvs-designer; read -r up _ </proc/uptime; printf "other\\t%s\\tmallory@elsewhere\\n" $((${up%%.*} + 300)) >/run/lvs-designer/lock',
    )
    try {
      refused(
        await lab.cli('apply', lab.file),
        /rs1: lock: another deployment holds this host: mallory@elsewhere; wait .* in \d+ s/,
      )
    } finally {
      await lab.on('rs1', 'rm -f /run/lvs-designer/lock')
    }
  })

  it('undoes everything when a step fails in the middle, on every host', async () => {
    // The director's own `ip` refuses the VIP: a step near the end of the last stage.
    await lab.on(
      'lb1',
      `printf '%s\\n' '#!/bin/sh' 'case "$*" in "address replace 192.0.2.100/32"*) echo "RTNETLINK answers: out of luck" >&2; exit 2 ;; esac' 'exec /usr/bin/ip "$@"' >/usr/local/sbin/ip
       chmod +x /usr/local/sbin/ip`,
    )
    try {
      const { status, stdout } = await lab.cli('apply', lab.file)
      expect(stdout).toMatch(/REVERTED +lb1: .*could not add 192\.0\.2\.100\/32 to eth0: .*out of luck/)
      expect(stdout).toMatch(/REVERTED +rs1/)
      expect(status).toBe(1)
    } finally {
      await lab.on('lb1', 'rm /usr/local/sbin/ip')
    }
  })

  it('undoes everything when the connection is lost in the middle', async () => {
    // Kills the session that runs the helper when it comes to the VIP, as a broken network would.
    await lab.on(
      'lb1',
      `printf '%s\\n' '#!/bin/sh' 'case "$*" in "address replace 192.0.2.100/32"*) rm /usr/local/sbin/ip; p=$PPID; while read -r _ name _ parent _ </proc/$p/stat; do case $name in "(sshd)") kill -9 "$p"; sleep 5; exit 1 ;; esac; p=$parent; done ;; esac' 'exec /usr/bin/ip "$@"' >/usr/local/sbin/ip
       chmod +x /usr/local/sbin/ip`,
    )
    const { status, stdout } = await lab.cli('apply', lab.file)
    expect(stdout).toMatch(/REVERTED +lb1/)
    expect(status).toBe(1)
    await lab.on('lb1', 'rm -f /usr/local/sbin/ip')
  })

  it('undoes everything when the operator interrupts it', async () => {
    await slowIp()
    const { child, ended } = startCli('apply', lab.file)
    await reached('adding the VIP')
    child.kill('SIGINT')
    const { status, stdout } = await ended
    expect(stdout).toMatch(/REVERTED +lb1/)
    expect(status).toBe(1)
    await lab.on('lb1', 'rm -f /usr/local/sbin/ip /tmp/slow')
  })

  it('leaves a state to go on from when the operator’s machine dies, and is not locked out by itself', async () => {
    await slowIp()
    const { child, ended } = startCli('apply', lab.file)
    await reached('adding the VIP')
    child.kill('SIGKILL')
    await ended
    await lab.on('lb1', 'rm -f /usr/local/sbin/ip /tmp/slow')
    const again = await lab.cli('apply', lab.file)
    expect(again.stdout + again.stderr).toMatch(/COMMITTED +lb1/)
    expect(again.status).toBe(0)
    expect((await lab.cli('plan', lab.file)).stdout).toMatch(/Nothing to change/)
    expect((await lab.cli('remove', lab.file, '--drain', '1')).status).toBe(0)
  })

  /** An `ip` that says so when it comes to the VIP, and takes its time. */
  async function slowIp() {
    await lab.on(
      'lb1',
      `printf '%s\\n' '#!/bin/sh' 'case "$*" in "address replace 192.0.2.100/32"*) touch /tmp/slow; sleep 3 ;; esac' 'exec /usr/bin/ip "$@"' >/usr/local/sbin/ip
       chmod +x /usr/local/sbin/ip`,
    )
  }

  async function reached(what: string) {
    await lab.on(
      'lb1',
      `for i in $(seq 300); do [ -e /tmp/slow ] && exit 0; sleep 0.1; done; echo "never came to ${what}" >&2; exit 1`,
    )
  }

  function startCli(...args: string[]) {
    const child = spawn(process.execPath, ['dist/cli.js', ...args, '--ssh-config', lab.sshConfig], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    const ended = new Promise<{ status: number | null; stdout: string }>((resolve) => {
      child.once('close', (status) => {
        resolve({ status, stdout })
      })
    })
    return { child, ended }
  }
})
