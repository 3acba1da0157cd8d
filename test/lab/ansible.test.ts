import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finish, startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

/**
 * The playbook brings hosts into the state that our own deployment gives them: both are run on the same hosts of the lab,
 * one after the other, with a service of each forwarding method, and one that is masqueraded.
 */

/** Beside those of the drawing, one whose real server sees the director for the client. */
const MASQUERADED = `  masqueraded:
    mode: nat
    masquerade: true
    director: lb1
    vip: 192.0.2.103
    port: 80
    real-servers: { rs4: {} }
`

const HOSTS = ['lb1', 'rs1', 'rs2', 'rs3', 'rs4']

/** All that packets of the cluster depend on; without what our own deployments keep in /var/lib. */
const LOOK = [
  'ip -d -o link | sed "s/ qdisc [a-z_]*//; s/ addrgenmode [a-z0-9_]*//"',
  'ip -o address | grep -v " fe80:" | sed "s/valid_lft.*//"',
  'ip -4 route; ip -6 route',
  `grep -s '' /proc/sys/net/ipv4/ip_forward $(ls -d /proc/sys/net/ipv[46]/conf/*/* | grep -E '/(arp_[a-z]*|rp_filter|send_redirects|forwarding|accept_redirects)$' | grep -vE 'ipv6/conf/(tunl0|gre0)')`,
  'ipvsadm -Sn | sort',
  'ip fou show; nft list ruleset; sysctl net.ipv4.vs.conntrack 2>/dev/null',
  'true',
].join('; ')

/** What is read at boot says nothing that our own deployment would not set: the lines it differs in. */
const AT_BOOT = `cat /etc/sysctl.d/90-lvs-ansible.conf 2>/dev/null | grep -v '^#' | grep . | while IFS=' =' read -r key value; do
  [ "$(sysctl -n "$key")" = "$value" ] || echo "$key is not $value"
done
[ ! -d /etc/modules-load.d ] || cat /etc/modules-load.d/lvs-ansible.conf 2>/dev/null | grep -v '^#' | grep . | while read -r module; do
  [ -d "/sys/module/$module" ] || echo "$module is not loaded"
done`

describe('what is generated for Ansible, on hosts of the lab', () => {
  let lab: RunningLab
  let playbook = ''
  const looked = async () => lab.onEach(HOSTS, LOOK)

  async function play(...options: string[]) {
    const run = await finish('env', [
      `ANSIBLE_CONFIG=${join(playbook, 'ansible.cfg')}`,
      'ANSIBLE_NOCOLOR=1',
      'ANSIBLE_PIPELINING=1',
      'ANSIBLE_TIMEOUT=240',
      `ANSIBLE_SSH_ARGS=-F ${lab.sshConfig} -o ControlMaster=auto -o ControlPersist=600 -o ControlPath=${lab.folder}/ansible-%C`,
      'ansible-playbook',
      ...['-e', 'ansible_python_interpreter=/usr/bin/python3', '-e', 'lvs_batch=100%', ...options],
      join(playbook, 'site.yml'),
    ])
    expect(run.status, `${run.stdout}${run.stderr}`).toBe(0)
    const changed = [...run.stdout.matchAll(/^(\S+) +: ok=\d+ +changed=(\d+)/gm)]
    return new Map(changed.map(([, host = '', count]) => [host, Number(count)]))
  }

  beforeAll(async () => {
    lab = await startLab('test/fixtures/observed.lvs.yaml', 'ansible', {
      edit: (text) => text + MASQUERADED,
    })
    playbook = join(lab.folder, 'playbook')
    const written = await finish(process.execPath, [
      ...['dist/cli.js', 'generate', lab.file, '--target', 'ansible', '--out', playbook],
    ])
    expect(written.status, written.stderr).toBe(0)
  })
  afterAll(async () => {
    await lab.down()
  })

  it('is the state that our own deployment gives them, and a second run changes nothing', async () => {
    const before = await looked()
    const applied = await lab.cli('apply', lab.file, '--drain', '0')
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
    const byUs = await looked()
    expect(byUs).not.toEqual(before)
    for (const part of [/elements = \{ 192\.0\.2\.103 \. 80 \}/, / masquerade$/m, /vs\.conntrack = 1$/m])
      expect(byUs.get('lb1')).toMatch(part)
    const removed = await lab.cli('remove', lab.file, '--drain', '0')
    expect(removed.status, removed.stdout + removed.stderr).toBe(0)
    const again = await looked()

    const asked = await play('--check')
    expect(await looked()).toEqual(again)
    const changed = await play()
    expect([...changed.keys()].sort()).toEqual(HOSTS)
    expect([...changed.values()].every((count) => count > 0)).toBe(true)
    expect(asked).toEqual(changed)
    expect(await looked()).toEqual(byUs)
    const boot = await lab.onEach(HOSTS, AT_BOOT)
    expect([...boot.values()].join('')).toBe('')
    expect(await lab.on('rs1', 'cat /etc/sysctl.d/90-lvs-ansible.conf')).toBe(
      await readFile(join(playbook, 'roles/lvs/files/rs1/sysctl.d/90-lvs-ansible.conf'), 'utf8'),
    )
    expect([...(await play()).values()]).toEqual(HOSTS.map(() => 0))
  }, 1_800_000)
})
