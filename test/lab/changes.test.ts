import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answers, finish, named, startLab, stateOf, stateOfEach } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

const DEPLOYED = ['lb1', 'rs1', 'rs2']

/** An operator's days with one cluster: edit the drawing, apply, look. Each day builds on the one before. */
describe('a drawing that changes', () => {
  let lab: RunningLab
  let drawing = ''
  let before: ReadonlyMap<string, string> = new Map()

  beforeAll(async () => {
    // The director is to be a real server one day, so the lab's demo service has to stand on it too.
    lab = await startLab('samples/dr.lvs.yaml', 'test-changes', {
      edit: (text) => text.replace('role: director\n', 'role: director\n    listens: [{ port: 80 }]\n'),
    })
    drawing = await readFile(lab.file, 'utf8')
    // What others have put on these hosts.
    await lab.on(
      'lb1',
      'ipvsadm -A -t 192.0.2.2:9999 -s wlc; ipvsadm -a -t 192.0.2.2:9999 -r 192.0.2.11:9999 -g',
    )
    await lab.on('lb1', 'ip address add 192.0.2.77/32 dev lo')
    await lab.on('rs1', 'sysctl -qw net.ipv4.conf.all.arp_announce=2')
    before = await stateOfEach(lab, DEPLOYED)
  })
  afterAll(async () => {
    await lab.down()
  })

  async function apply(edit: (text: string) => string) {
    const text = edit(drawing)
    await writeFile(lab.file, text)
    const { status, stdout, stderr } = await lab.cli('apply', lab.file, '--drain', '3')
    expect(status, `${stdout}${stderr}`).toBe(0)
    expect(stdout).not.toMatch(/UNKNOWN|FAILED/)
    const again = await lab.cli('plan', lab.file)
    expect(again.stdout).toMatch(/Nothing to change/)
  }

  async function served(expected: Record<string, number>, requests = 4) {
    for (const url of ['http://192.0.2.100/', 'http://[2001:db8:1::100]/']) {
      const { counts, output } = await answers(lab, 'alice', url, requests)
      expect(counts, `${url}\n${output}`).toEqual(expected)
    }
  }

  /** The director's table without the service of others. */
  async function table(): Promise<string[]> {
    const text = await lab.on('lb1', 'ipvsadm -S -n')
    expect(text).toContain('-a -t 192.0.2.2:9999 -r 192.0.2.11:9999 -g -w 1')
    return text.split('\n').filter((line) => line.includes('192.0.2.100'))
  }

  it('is deployed beside what others have there', async () => {
    await apply((text) => text)
    await served({ rs1: 2, rs2: 2 })
  })

  it('gets another scheduler, weights, thresholds and persistence without a moment of emptiness', async () => {
    await apply((text) =>
      text
        .replace('scheduler: rr', 'scheduler: wrr\n    persistence: { timeout: 50, netmask: 255.255.255.0 }')
        .replace('rs1: {}', 'rs1: { weight: 3, thresholds: { upper: 100, lower: 80 } }'),
    )
    expect(await table()).toEqual([
      '-A -t 192.0.2.100:80 -s wrr -p 50 -M 255.255.255.0',
      '-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 3',
      '-a -t 192.0.2.100:80 -r 192.0.2.12:80 -g -w 1',
    ])
    expect(await lab.on('lb1', 'ipvsadm -L -n --thresholds')).toMatch(/192\.0\.2\.11:80 +100 +80 /)
  })

  it('loses a real server, whose VIP and ARP settings go', async () => {
    await apply((text) => text.replaceAll('      rs2: {}\n', ''))
    await served({ rs1: 4 })
    expect(await stateOf(lab, 'rs2')).toBe(before.get('rs2'))
  })

  it('changes its mode to NAT', async () => {
    await apply((text) => text.replaceAll('mode: dr', 'mode: nat'))
    await served({ rs1: 2, rs2: 2 })
    expect(await lab.on('rs1', 'ip address show dev lo')).not.toContain('192.0.2.100')
    expect((await table()).filter((line) => line.includes(' -m '))).toHaveLength(2)
  })

  it('changes its mode to TUN', async () => {
    await apply((text) => text.replaceAll('mode: dr', 'mode: tun'))
    await served({ rs1: 2, rs2: 2 })
    expect(await lab.on('rs1', 'ip address show dev tunl0')).toContain('192.0.2.100/32')
    expect(await lab.on('rs1', 'ip route show default')).toMatch(/^default via 192\.0\.2\.1 /)
    expect((await lab.on('lb1', 'sysctl -n net.ipv4.ip_forward')).trim()).toBe('0')
  })

  it('changes back to DR, with a director that is a real server too', async () => {
    await apply((text) => text.replaceAll('      rs2: {}\n', '      rs2: {}\n      lb1: {}\n'))
    await served({ lb1: 2, rs1: 2, rs2: 2 }, 6)
    const destinations = (await table()).flatMap((line) => line.split(' -r ').slice(1))
    expect(destinations.sort()).toEqual([
      '192.0.2.11:80 -g -w 1',
      '192.0.2.12:80 -g -w 1',
      '192.0.2.2:80 -g -w 1',
    ])
    expect(await lab.on('lb1', 'ip address show dev lo')).not.toContain('192.0.2.100')
  })

  it('loses a host from the drawing, of which another operator’s machine knows, and frees it', async () => {
    await writeFile(
      lab.file,
      drawing.replace(/^ +rs2: \{\}\n/gm, '').replace(/^ {2}rs2:\n(?: {4}.*\n)+/m, ''),
    )
    const elsewhere = (command: string, ...args: string[]) => {
      const program = [process.execPath, 'dist/cli.js', command, lab.file, '--ssh-config', lab.sshConfig]
      return finish('env', [`XDG_STATE_HOME=${lab.folder}/elsewhere`, ...program, ...args])
    }
    const left = /rs2 is drawn no longer and still carries what was deployed there; --prune takes it away/
    expect((await elsewhere('plan')).stderr).toMatch(left)
    const pruned = await elsewhere('apply', '--prune', '--drain', '0')
    expect(pruned.stdout, pruned.stderr).toMatch(/COMMITTED rs2: \d+ changes/)
    expect(await stateOf(lab, 'rs2')).toBe(before.get('rs2'))
    const again = await elsewhere('plan')
    expect(again.stdout).toMatch(/Nothing to change/)
    expect(again.stderr).not.toMatch(left)
    await writeFile(lab.file, drawing)
  })

  it('is removed beside another drawing of the same hosts, and takes nothing away that the other needs', async () => {
    const other = join(lab.folder, 'other.lvs.yaml')
    const text = named(drawing, 'test-changes-other').replaceAll('192.0.2.100', '192.0.2.200')
    await writeFile(other, text.replaceAll('::100', '::200').replace(/^ +rs2: \{\}\n/gm, ''))
    const applied = await lab.cli('apply', other)
    expect(applied.status, `${applied.stdout}${applied.stderr}`).toBe(0)
    const removed = await lab.cli('remove', lab.file, '--drain', '1')
    expect([removed.status, removed.stderr]).toEqual([
      0,
      expect.stringContaining(
        'rs1: sysctl net.ipv4.conf.all.arp_ignore stays as it is: the cluster test-changes-other needs it',
      ),
    ])
    expect(await lab.on('rs1', 'cd /proc/sys/net/ipv4/conf/all; cat arp_ignore arp_announce')).toBe('1\n2\n')
    expect(await lab.on('rs1', 'ip -o address show dev lo')).not.toContain('192.0.2.100')
    // Broadcast, so that everybody who would answer does.
    const asked = await lab.on('edge', 'arping -b -c 2 -w 4 -I eth1 192.0.2.200', { mayFail: true })
    const director = (await lab.on('lb1', 'cat /sys/class/net/eth0/address')).trim()
    const answering = [...asked.matchAll(/ reply from 192\.0\.2\.200 \[(.+?)\]/g)].map(([, mac]) => mac)
    expect([...new Set(answering.map((mac) => mac?.toLowerCase()))], asked).toEqual([director])
    const { counts, output } = await answers(lab, 'alice', 'http://192.0.2.200/', 2)
    expect(counts, output).toEqual({ rs1: 2 })
    expect((await lab.cli('plan', other)).stdout).toMatch(/Nothing to change/)
    // The last one puts back what was there before the first.
    expect((await lab.cli('remove', other, '--drain', '1')).status).toBe(0)
  })

  it('and then everything is as it was, also what is of others', async () => {
    expect(await stateOfEach(lab, DEPLOYED)).toEqual(before)
  })
})
