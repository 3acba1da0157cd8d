import { isTunnelModule, downCommand, upCommand } from './command.js'
import { functionsFor } from './script-parts.js'
import { tableOfCluster } from '../hosts/marks.js'
import { masqueradeChain } from '../hosts/masquerade.js'
import { comment, shellWord, shellWords } from './shell.js'
import { pathPart } from './file.js'
import type { DraftStep } from '../plan/step.js'
import type { HandStep, HostWork } from './work.js'
import { keysOf } from './work.js'

/** Where up.sh writes down what was there before, and down.sh reads it. */
export function recordPath(cluster: string, host: string): string {
  return `/var/lib/lvs-designer-manual/${pathPart(cluster)}/${pathPart(host)}`
}

/** up.sh: everything a host needs, in the order of a deployment. */
export function upScript(work: HostWork, cluster: string): string[] {
  const { name } = work.model
  const steps = work.up.flatMap(({ reason, steps }) => [
    '',
    ...comment(reason),
    ...remarks(steps).flatMap(comment),
    ...steps.map(upCommand),
  ])
  const changes = [...remembering(work), ...steps]
  const body = [...checks(work, changes), ...changes]
  return [
    '#!/bin/sh',
    ...comment(`Sets up ${name} for the LVS cluster ${cluster}. Run it on ${name} as root: sh up.sh`),
    ...comment('It may be run again at any time; what is in place already stays as it is.'),
    ...comment('The commands stand in the order they must run in, each with its reason above it.'),
    ...opening(work, 'up.sh', cluster),
    ...functionsFor(body),
    ...body,
    '',
    `printf '%s is set up\\n' "$host"`,
  ]
}

/** What is not obvious in the commands of these steps. */
function remarks(steps: readonly HandStep[]): string[] {
  const has = (kind: HandStep['kind'], family: '4' | '6') =>
    steps.some(
      (step) => step.kind === kind && family === (step.key === '6' || step.key.includes(':') ? '6' : '4'),
    )
  return [
    ...(has('route', '4') || has('route', '6')
      ? [
          'Careful: whoever is logged in by way of the old gateway is cut off here. Come from the same network, or from the console.',
        ]
      : []),
    ...(has('route', '6')
      ? ['metric 1: before what router advertisements bring (1024), which takes over again without this one.']
      : []),
    ...(has('address', '6')
      ? [
          'nodad: other hosts of the cluster have this address too. preferred_lft 0: it is never chosen as source.',
        ]
      : []),
  ]
}

/** down.sh: the way back, in the order of a removal. */
export function downScript(work: HostWork, cluster: string): string[] {
  const { name } = work.model
  const steps: string[] = []
  let said = ''
  const masqueraded = work.down.filter(({ kind }) => kind === 'masquerade')
  for (const step of work.down) {
    const command = downCommand(step)
    if (command === undefined) continue
    const why = downReason(step, work.onDirector)
    if (why !== said) steps.push('', ...comment(why))
    said = why
    steps.push(command)
    if (step === masqueraded.at(-1)) {
      const chains = new Set(masqueraded.map(({ key }) => masqueradeChain(key)))
      steps.push(...[...chains].map((chain) => `end_masquerading ${shellWord(chain)}`))
    }
  }
  const left = keysOf(work, 'module').filter(isTunnelModule)
  if (left.length > 0) {
    const why = 'unloading a tunnel driver deletes every tunnel of its kind, whoever made it.'
    steps.push('', ...comment(`Loaded still: ${left.join(', ')}; ${why}`))
  }
  const body = [...checks(work, steps), ...steps]
  return [
    '#!/bin/sh',
    ...comment(
      `Takes ${name} out of the LVS cluster ${cluster} again. Run it on ${name} as root: sh down.sh`,
    ),
    ...comment(
      work.onDirector
        ? 'Open connections get 30 seconds to end; DRAIN=600 sh down.sh gives them ten minutes.'
        : 'Only when no director sends anything here any longer: see README.txt.',
    ),
    ...opening(work, 'down.sh', cluster),
    ...functionsFor(body),
    ...body,
    '',
    'rm -f "$record"',
    'rmdir "${record%/*}" 2>/dev/null || :',
    `printf '%s is out of the cluster\\n' "$host"`,
  ]
}

function downReason({ kind, record }: DraftStep, onDirector: boolean): string {
  switch (kind) {
    case 'destination':
      return record === 'release'
        ? 'Each real server goes once its connections have ended.'
        : 'No new connections for any real server, before the first of them goes.'
    case 'virtual-service':
      return 'The services.'
    case 'address':
      return onDirector ? 'The VIPs.' : 'The VIPs, before the settings that keep this host silent about them.'
    case 'route':
      return 'The default route that was there before.'
    case 'link':
      return 'Devices, as they were before.'
    case 'mark':
      return 'The marks, and the table of nftables with the last of them.'
    case 'masquerade':
      return 'Masquerading, and the table of nftables with the last of it.'
    case 'file':
      return 'The configuration that was there before.'
    case 'daemon':
      return 'keepalived takes its services out of the table, and its addresses off the interfaces.'
    case 'fou':
      return 'UDP ports at which GUE was unpacked.'
    case 'tunnel-device':
      return 'Tunnel devices that up.sh made.'
    case 'sysctl':
      return 'Settings of the kernel, as they were before.'
    case 'module':
      return 'Modules that were not loaded before.'
  }
}

function opening(work: HostWork, script: string, cluster: string): string[] {
  const { model } = work
  return [
    'set -eu',
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `host=${shellWord(model.name)}`,
    `record=${shellWord(recordPath(cluster, model.name))}`,
    ...(keysOf(work, 'file').length === 0 || script !== 'up.sh' ? [] : ['here=$(dirname -- "$0")']),
    ...(keysOf(work, 'mark').length + keysOf(work, 'masquerade').length === 0
      ? []
      : [`table=${shellWord(tableOfCluster(pathPart(cluster)))}`]),
    '',
    'refuse() {',
    `  printf '${script} for %s: %s. Nothing was changed.\\n' "$host" "$1" >&2`,
    '  exit 1',
    '}',
  ]
}

/** `ip` the checks themselves need. */
const TOOLS = ['ip', 'modprobe', 'sysctl', 'ipvsadm', 'nft', 'keepalived']

/** Everything the commands rely on. */
function checks(work: HostWork, commands: readonly string[]): string[] {
  const text = [...functionsFor(commands), ...commands].filter((line) => !line.startsWith('#')).join('\n')
  const tools = TOOLS.filter((tool) => tool === 'ip' || new RegExp(`\\b${tool} `).test(text))
  const own = [...work.model.before.interfaces.values()]
    .filter(({ name }) => name !== 'lo')
    .flatMap(({ name, addresses }) => addresses.map(({ address }) => ({ name, address })))
  return [
    '',
    ...comment('Nothing is begun that cannot be finished, and nothing on the wrong host.'),
    `[ "$(id -u)" = 0 ] || refuse 'this needs root'`,
    ...tools.map((tool) => `command -v ${tool} >/dev/null || refuse '${tool} is not installed'`),
    ...own.map(
      ({ name, address }) =>
        `has_address ${shellWord(name)} ${shellWord(address)} || refuse ${shellWord(`${name} here does not have ${address}`)}`,
    ),
  ]
}

function remembering(work: HostWork): string[] {
  return [
    '',
    ...comment('What is there before the first run is written down, so that down.sh can put it back.'),
    'mkdir -p "${record%/*}"',
    'touch "$record"',
    ...keysOf(work, 'module')
      .filter((module) => !isTunnelModule(module))
      .map((module) => `remember_module ${shellWord(module)}`),
    ...keysOf(work, 'fou').map((key) => `remember_fou ${shellWords(key)}`),
    ...keysOf(work, 'sysctl').map((key) => `remember_sysctl ${shellWord(key)}`),
    ...keysOf(work, 'link').map((device) => `remember_link ${shellWord(device)}`),
    ...keysOf(work, 'daemon').map((daemon) => `remember_daemon ${shellWord(daemon)}`),
    // Only the route that would be replaced: one with another metric stays beside ours (plan/setting.ts).
    ...keysOf(work, 'route').map((family) => {
      const same = family === '6' ? "grep ' metric 1 '" : "grep -v ' metric '"
      return `remember 'route ${family}' "$(ip -${family} route show default | ${same} || echo absent)"`
    }),
  ]
}
