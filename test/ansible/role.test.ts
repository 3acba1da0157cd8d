import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { renderTarget } from '../../src/core/render/target.js'
import type { Target } from '../../src/core/render/target.js'
import { parseTopology } from '../../src/core/topology/parse.js'

/**
 * What is generated for Ansible, run by Ansible itself: its linter has nothing to say, and a host of a network namespace
 * comes into the state that our own scripts give it, is left alone the second time, and is mended where it was changed.
 */

const ROOT = process.getuid?.() === 0
const has = (program: string) => spawnSync(program, ['--version']).error === undefined
const home = mkdtempSync(join(tmpdir(), 'lvs-ansible-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

function written(drawing: string, target: Target): string {
  const folder = join(home, `${drawing.replaceAll('/', '-')}-${target}`)
  const { topology } = parseTopology(readFileSync(drawing, 'utf8'))
  for (const { path, content } of renderTarget(deriveCluster(topology), target)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** In a network of its own, with folders of /etc of its own: nothing of this machine is changed. */
function onHost(network: string, script: string): { readonly status: number | null; readonly said: string } {
  const own = join(home, `etc-${Math.random().toString(36).slice(2)}`)
  for (const folder of ['sysctl.d', 'modules-load.d', 'lib'])
    mkdirSync(join(own, folder), { recursive: true })
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [
      ...['--net', '--mount', 'sh', '-euc'],
      `mount --bind ${own}/sysctl.d /etc/sysctl.d
       if [ -d /etc/modules-load.d ]; then mount --bind ${own}/modules-load.d /etc/modules-load.d; fi
       mount --bind ${own}/lib /var/lib
       ip link set lo up
       ip link add eth0 type veth peer name other && ip link set eth0 up && ip link set other up
       ${network}
       ${script}`,
    ],
    { encoding: 'utf8', env: { ...process.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCAL_TEMP: home, HOME: home } },
  )
  return { status, said: `${stdout}${stderr}` }
}

const LOOK = `echo '== state'
  ip -o address show scope global | sed 's/ *valid_lft.*//; s/^[0-9]*: //'
  ip -4 route show; ip -6 route show default
  sysctl -a 2>/dev/null | grep -E '^net.ipv4.conf.(all|eth0|lo).(arp_|rp_filter|send_redirects|forwarding)'`
const state = (said: string) => said.slice(said.indexOf('== state'))

const HOSTS = [
  {
    drawing: 'samples/dr.lvs.yaml',
    host: 'rs1',
    network: `ip address add 192.0.2.11/24 dev eth0; ip address add 2001:db8:1::11/64 dev eth0 nodad
      ip route add default via 192.0.2.1`,
    /** What somebody does to it by hand. */
    spoilt: 'ip address del 192.0.2.100/32 dev lo; sysctl -q -w net.ipv4.conf.all.arp_ignore=0',
  },
  {
    drawing: 'samples/nat.lvs.yaml',
    host: 'rs1',
    network:
      'ip address add 10.0.0.11/24 dev eth0; ip address add fd00:10::11/64 dev eth0 nodad; ip route add default via 10.0.0.254 metric 5',
    spoilt: 'ip route del default via 10.0.0.1',
  },
]

describe.skipIf(!has('ansible-playbook') || !ROOT)('what is generated for Ansible', () => {
  it.each(HOSTS)(
    'brings $host of $drawing into the state our scripts give it, and then changes nothing',
    ({ drawing, host, network, spoilt }) => {
      const folder = written(drawing, 'ansible')
      const play = `ansible-playbook -c local -l ${host} -e lvs_at_boot=false site.yml`
      const byAnsible = onHost(
        network,
        `cd ${folder}
         echo '== check'; ${play} --check --diff
         echo '== unchanged'; ip -o address show
         echo '== first'; ${play}
         echo '== second'; ${play}
         ${spoilt}
         echo '== mended'; ${play}
         ${LOOK}`,
      )
      expect(byAnsible.status, byAnsible.said).toBe(0)
      const changed = (run: string) =>
        Number(new RegExp(`== ${run}\\n[^]*?changed=(\\d+)`).exec(byAnsible.said)?.[1])
      expect(changed('check'), byAnsible.said).toBeGreaterThan(0)
      expect(changed('first'), byAnsible.said).toBe(changed('check'))
      expect(changed('second'), byAnsible.said).toBe(0)
      expect(changed('mended'), byAnsible.said).toBe(1)
      const scripts = written(drawing, 'ipvsadm')
      const byScript = onHost(network, `sh ${scripts}/${host}/up.sh\n${LOOK}`)
      expect(byScript.status, byScript.said).toBe(0)
      expect(state(byAnsible.said)).toBe(state(byScript.said))
      const before = onHost(network, LOOK)
      expect(state(before.said)).not.toBe(state(byScript.said))
    },
    600_000,
  )

  it('refuses a host that is not the one that is drawn', () => {
    const folder = written('samples/dr.lvs.yaml', 'ansible')
    const { status, said } = onHost(
      'ip address add 192.0.2.99/24 dev eth0',
      `cd ${folder} && ansible-playbook -c local -l rs1 -e lvs_at_boot=false site.yml`,
    )
    expect(status).not.toBe(0)
    expect(said).toMatch(/changed=0 .* failed=1/)
  }, 300_000)

  it('writes nothing into a folder that is not there, as without systemd', () => {
    const folder = written('samples/dr.lvs.yaml', 'ansible')
    const { status, said } = onHost(
      `ip address add 192.0.2.12/24 dev eth0; ip address add 2001:db8:1::12/64 dev eth0 nodad
       ip route add default via 192.0.2.1`,
      `cd ${folder}; sed -i 's,/etc/sysctl[.]d/,/etc/not-there.d/,' host_vars/rs2.yml
       ansible-playbook -c local -l rs2 -e lvs_at_boot=false site.yml
       test ! -e /etc/not-there.d; ip address show dev lo | grep -F 192.0.2.100/32`,
    )
    expect(status, said).toBe(0)
    expect(said).toMatch(/changed=1 .* failed=0/)
  }, 300_000)

  it('takes more settings than a word of a command can be long, and says which of them could not be', () => {
    const folder = written('samples/dr.lvs.yaml', 'ansible')
    // As long as those of a thousand services, and one that nothing brings about.
    const long = 'x'.repeat(140_000)
    appendFileSync(
      join(folder, 'host_vars/rs1.yml'),
      `  - title: say much\n    look: test -z ${long}\n    put: [echo, ${long}]\n` +
        '  - title: find what is nowhere\n    look: test -e /no/such\n    put: [test, -e, /no/such]\n',
    )
    const { status, said } = onHost(
      `ip address add 192.0.2.11/24 dev eth0; ip address add 2001:db8:1::11/64 dev eth0 nodad
       ip route add default via 192.0.2.1`,
      `cd ${folder}
       ! ansible-playbook -c local -l rs1 -e lvs_at_boot=false site.yml || exit 1
       ip address show dev lo | grep -F 192.0.2.100/32`,
    )
    const short = said.replaceAll(/x{1000,}/g, 'x…')
    expect(status, short).toBe(0)
    expect(short).toContain('"say much: echo x…"')
    expect(short).toMatch(/could not find what is nowhere/)
    expect(short).toMatch(/ failed=1 /)
  }, 300_000)

  it.skipIf(!has('ansible-lint'))(
    'is what the linter of Ansible asks of production',
    () => {
      for (const drawing of ['test/fixtures/keepalived-pair.lvs.yaml', 'test/fixtures/tunnels.lvs.yaml']) {
        const { status, stdout, stderr } = spawnSync(
          'ansible-lint',
          ['--offline', '--nocolor', '--profile', 'production', '-p'],
          { cwd: written(drawing, 'ansible'), encoding: 'utf8', env: { ...process.env, HOME: home } },
        )
        expect(status, `${stdout}${stderr}`).toBe(0)
      }
    },
    600_000,
  )
})
