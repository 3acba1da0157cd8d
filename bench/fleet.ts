import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fleetProgram, outputOf } from '../test/sshd/bundle-fleet-run.js'
import type { FleetCommand } from '../test/sshd/bundle-fleet-run.js'
import type { FleetRun } from '../test/sshd/fleet-run.js'
import { startFleet } from '../test/sshd/fleet.js'
import type { Fleet } from '../test/sshd/fleet.js'
import { figureOf, gatherSamples } from './measure.js'
import type { Figure } from './measure.js'

/** The peers, as the report names them. */
export const BARE = 'ssh HOST true, all at once'
export const ANSIBLE = 'ansible-playbook'
export const ANSIBLE_TUNED = 'ansible-playbook, tuned'

export interface FleetFigures {
  readonly size: number
  /** Milliseconds, the peers among them. */
  readonly times: ReadonlyMap<string, Figure>
  /** Of one host, as its sshd has logged them. */
  readonly perHost: ReadonlyMap<string, { readonly connections: number; readonly commands: number }>
  /** Bytes at the most, of our own process. */
  readonly memory: number
  /** What was compared: settings a host. */
  readonly changes: number
}

export interface FleetOptions {
  readonly size: number
  readonly rounds: number
  readonly signal: AbortSignal
  readonly tell: (message: string) => void
}

/**
 * The same change of sysctls, an address and a route on many hosts, by us and by Ansible with Debian's modules, in turn; the
 * hosts must look the same after both. Ansible is measured as it comes, and tuned: all hosts at once, pipelined, gathering nothing.
 */
export async function benchFleet({ size, rounds, signal, tell }: FleetOptions): Promise<FleetFigures> {
  tell(`${size} hosts: starting their sshds`)
  const fleet = await startFleet(size)
  try {
    const run = await fleetProgram(fleet)
    const samples = gatherSamples()
    const perHost = new Map<string, { connections: number; commands: number }>()
    let memory = 0
    const ours = async (name: string, what: FleetCommand, outcome: string): Promise<FleetRun> => {
      signal.throwIfAborted()
      const before = fleet.sessions()
      const begun = performance.now()
      const result = await run(what)
      samples.add(name, performance.now() - begun)
      if (result.outcome !== outcome)
        throw new Error(`${name} was to end ${outcome}: ${JSON.stringify(result)}`)
      const after = fleet.sessions()
      perHost.set(name, {
        connections: (after.connections - before.connections) / size,
        commands: (after.commands - before.commands) / size,
      })
      memory = Math.max(memory, result.memory)
      return result
    }
    const { changes } = await run('plan')
    const peers = [
      { name: ANSIBLE, playbook: writePlaybook(fleet, changes, true), settings: {} },
      {
        name: ANSIBLE_TUNED,
        playbook: writePlaybook(fleet, changes, false),
        settings: { ANSIBLE_FORKS: String(size), ANSIBLE_PIPELINING: 'True' },
      },
    ]
    const clean = seen(fleet)
    for (let round = 1; round <= rounds; round += 1) {
      const begun = performance.now()
      await Promise.all(
        fleet.hosts.map((host) => outputOf(fleet.from('ssh', '-F', fleet.sshConfig, host, 'true'))),
      )
      samples.add(BARE, performance.now() - begun)
      await ours('plan', 'plan', 'PLANNED')
      await ours('apply', 'apply', 'COMMITTED')
      const deployed = seen(fleet)
      await ours('apply, no changes', 'apply', 'UNCHANGED')
      await ours('remove', 'remove', 'COMMITTED')
      if (seen(fleet) !== clean) throw new Error('remove has left something behind')
      for (const { name, playbook, settings } of peers) {
        signal.throwIfAborted()
        const played = performance.now()
        await ansible(fleet, playbook, settings)
        samples.add(name, performance.now() - played)
        if (seen(fleet) !== deployed)
          throw new Error(`Ansible has done something else:\n${seen(fleet)}\n${deployed}`)
        for (const host of fleet.hosts) fleet.on(host, undoing(changes))
      }
      tell(`${size} hosts: round ${round} of ${rounds}`)
    }
    return { size, times: samples.figures(), perHost, memory, changes: changes.length }
  } finally {
    await fleet.stop()
  }
}

type Changes = FleetRun['changes']

/** The last host as it is, of all that is changed. */
function seen(fleet: Fleet): string {
  return fleet.on(
    fleet.hosts.at(-1) ?? '',
    'ip -4 -o address show | sed "s/valid_lft.*//"; ip route; sysctl -a 2>/dev/null | grep -E "^net.ipv4.conf.(all|eth0|lo).arp_(ignore|announce)"',
  )
}

/** One task a setting: ansible.posix.sysctl for sysctls, ip(8) for what no module of Debian's does. */
function writePlaybook(fleet: Fleet, changes: Changes, gathers: boolean): string {
  const tasks = changes.map(({ kind, key, after }) => {
    const [device = '', cidr = ''] = key.split(' ')
    switch (kind) {
      case 'sysctl':
        return {
          name: `${key} is ${after}`,
          'ansible.posix.sysctl': {
            name: key,
            value: after,
            reload: false,
            sysctl_set: true,
            sysctl_file: '/run/lvs.conf',
          },
        }
      case 'address':
        return { name: key, 'ansible.builtin.command': `ip address replace ${cidr} dev ${device}` }
      case 'route':
        return { name: after, 'ansible.builtin.command': `ip -${key} route replace ${after}` }
      default:
        throw new Error(`there is no task for ${kind}`)
    }
  })
  const file = join(fleet.folder, gathers ? 'playbook.json' : 'playbook-tuned.json')
  writeFileSync(file, JSON.stringify([{ hosts: 'all', gather_facts: gathers, tasks }]))
  writeFileSync(join(fleet.folder, 'inventory'), `${fleet.hosts.join('\n')}\n`)
  return file
}

function undoing(changes: Changes): string {
  return changes
    .map(({ kind, key }) => {
      const [device = '', cidr = ''] = key.split(' ')
      if (kind === 'sysctl') return `sysctl -q -w ${key}=0`
      if (kind === 'address') return `ip address del ${cidr} dev ${device}`
      return 'ip route replace default via 10.213.0.1'
    })
    .join('; ')
}

/** With new connections each time, as ours are. */
async function ansible(
  fleet: Fleet,
  playbook: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const sockets = mkdtempSync(join(fleet.folder, 's'))
  const environment = {
    ...settings,
    ANSIBLE_HOST_KEY_CHECKING: 'True',
    ANSIBLE_SSH_ARGS: `-F ${fleet.sshConfig} -o ControlMaster=auto -o ControlPersist=30s`,
    ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
    ANSIBLE_REMOTE_TMP: '/run/ansible',
    ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    ANSIBLE_STDOUT_CALLBACK: 'minimal',
    ANSIBLE_LOCALHOST_WARNING: 'False',
    LC_ALL: 'C.UTF-8',
  }
  const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  await outputOf(
    fleet.from('env', ...words, 'ansible-playbook', '-i', join(fleet.folder, 'inventory'), playbook),
  )
}

/** How much faster than Ansible, and against bare handshakes. */
export function fleetRatios({ times }: FleetFigures) {
  const none = figureOf([])
  const median = (name: string) => (times.get(name) ?? none).median
  return {
    ansibleByApply: median(ANSIBLE) / median('apply'),
    tunedByApply: median(ANSIBLE_TUNED) / median('apply'),
    planByBare: median('plan') / median(BARE),
  }
}
