import type { Cluster } from '../hosts/cluster.js'
import type { DeniedNeed } from '../hosts/needs.js'
import { listed } from '../checks/wording.js'
import { settingsOf } from '../plan/setting.js'
import { summaryOf } from '../plan/summary.js'
import { modulesFile, sysctlFile } from './boot.js'
import { isTunnelModule } from './command.js'
import type { RenderedFile } from './file.js'
import { fileOf, pathPart } from './file.js'
import { recordPath } from './script.js'
import { realServerDuty, reachedAt, servicesTable } from './service-text.js'
import { oneLine, section, sentence, wrapped } from './text.js'
import type { HandStep, HostWork } from './work.js'
import { keysOf } from './work.js'

/** README.txt of a host: what it is, what is set on it and why, when, and what the files beside it are for. */
export function hostReadme(
  work: HostWork,
  others: readonly string[],
  cluster: Cluster,
  clusterName: string,
): RenderedFile {
  const { model } = work
  const title = `${oneLine(model.name)}, a host of the LVS cluster ${oneLine(clusterName)}`
  return fileOf(
    [
      title,
      '='.repeat(title.length),
      ...section('What it is', whatItIs(work, cluster)),
      ...section('What is set on it, in this order', whatIsSet(work)),
      ...section('What is drawn otherwise', deniedText(model.denied)),
      ...section('When', when(work, others)),
      ...section('The files here', theFiles(work, clusterName)),
    ],
    `${pathPart(model.name)}/README.txt`,
  )
}

function whatItIs({ model }: HostWork, cluster: Cluster): string[] {
  const directed = cluster.services.filter(({ director }) => director === model.name)
  const served = cluster.services.flatMap((service) => {
    const realServer = service.realServerOf(model.name)
    return realServer === undefined || realServer.local ? [] : [{ service, realServer }]
  })
  const lines: string[] = []
  if (directed.length > 0) {
    lines.push('A director. It receives the requests of these services and hands each to a real server:', '')
    lines.push(...servicesTable(directed))
  }
  if (served.length > 0) {
    if (lines.length > 0) lines.push('')
    const directors = listed(served.flatMap(({ service }) => service.director ?? []))
    lines.push(`A real server. It gets requests of these services from ${oneLine(directors)}:`, '')
    for (const { service, realServer } of served) {
      lines.push(
        `  ${oneLine(service.name)}: ${reachedAt(service)}`,
        ...wrapped(realServerDuty(service, realServer), '    '),
      )
    }
  }
  return lines
}

function whatIsSet({ up }: HostWork): string[] {
  const width = String(up.length).length
  return up.flatMap(({ reason, steps }, at) => [
    ...(at === 0 ? [] : ['']),
    ...wrapped(reason, ' '.repeat(width + 4), `  ${String(at + 1).padStart(width)}. `),
    ...steps.map((step) => `${' '.repeat(width + 6)}${settingText(step)}`),
  ])
}

/** What was there before is not known here, so it is not said. */
export function settingText(step: HandStep): string {
  return oneLine(step.kind === 'sysctl' ? `set ${step.key} to ${step.after}` : summaryOf(step))
}

export function deniedText(denied: readonly DeniedNeed[]): string[] {
  return denied.flatMap(({ need, why, services, pin, pinned }, at) => {
    const wanted = settingsOf(need).map(({ key, state }) => `${key} = ${state}`)
    return [
      ...(at === 0 ? [] : ['']),
      ...wrapped(oneLine(`${wanted.join(', ')} is needed, and the drawing pins ${pinned}.`), '  '),
      ...wrapped(sentence(why, services), '    '),
      ...wrapped(
        oneLine(`Nothing here changes it. Take ${pin} out of the drawing, and generate again.`),
        '    ',
      ),
    ]
  })
}

function when(work: HostWork, others: readonly string[]): string[] {
  const route = work.up.some(({ steps }) => steps.some(({ kind }) => kind === 'route'))
  const lines = work.onDirector
    ? [
        others.length === 0
          ? 'Setting up: whenever you like; no other host is set up with these files.'
          : `Setting up: after ${listed(others)}. The VIP comes last here, so no request arrives before a real server can answer it.`,
        others.length === 0
          ? 'Taking down: down.sh.'
          : `Taking down: before ${listed(others)}, so that nothing is sent any longer to a host that is no real server any more.`,
      ]
    : [
        others.length === 0
          ? 'Setting up: before the director.'
          : `Setting up: before ${listed(others)}, because requests come from there as soon as it is done.`,
        others.length === 0
          ? 'Taking down: after the director.'
          : `Taking down: after ${listed(others)}. To take out this host alone, first delete it from every service there (ipvsadm -e ... -w 0, wait, ipvsadm -d ...).`,
      ]
  if (route) {
    lines.push(
      'Beware: up.sh changes the default route. If you are logged in from beyond the old gateway, your session ends there. Log in from the same network or use the console, or first give this host a route of its own to where you are.',
    )
  }
  return lines.flatMap((line) => wrapped(line, '    ', '  '))
}

function theFiles(work: HostWork, cluster: string): string[] {
  const { name } = work.model
  const modules = keysOf(work, 'module').length > 0
  const sysctls = keysOf(work, 'sysctl').length > 0
  const tunnel = keysOf(work, 'module').some(isTunnelModule)
  const rows: [string, string][] = [
    [
      'up.sh',
      `sets all of this up: sh up.sh, as root, on ${name}. Run it again whenever you like: it brings everything to what is drawn, ${work.onDirector && keysOf(work, 'file').length === 0 ? 'weights you changed by hand and services already there at the same address included, ' : ''}and what is in place stays.`,
    ],
    [
      'down.sh',
      `the way back. What was there before the first up.sh (sysctls, links, the default route, loaded modules${keysOf(work, 'fou').length === 0 ? '' : ', UDP ports of GUE'}) is written down in ${recordPath(cluster, name)} and put back; where that file is missing, those are left and it says so. ${tunnel ? 'Tunnel drivers stay loaded: unloading one would delete every tunnel of its kind. ' : ''}It takes down what the up.sh beside it set up, so keep the two together.`,
    ],
  ]
  if (modules) {
    rows.push([modulesFile(cluster), 'copy to /etc/modules-load.d/: loads the kernel modules at boot.'])
  }
  if (sysctls) {
    rows.push([
      sysctlFile(cluster),
      'copy to /etc/sysctl.d/: sets the sysctls at boot, before anything else here.',
    ])
  }
  if (keysOf(work, 'file').length > 0) {
    rows.push([
      'keepalived.conf',
      'what keepalived is told; up.sh asks keepalived itself what it makes of it (keepalived -t), puts it into /etc/keepalived and lets keepalived read it. What was there before is kept as keepalived.conf.before-lvs.',
    ])
  } else if (work.onDirector) {
    rows.push([
      'ipvsadm.rules',
      'the whole IPVS table, for `ipvsadm -R` and distributions that load one at boot. For an empty table only: on a running director up.sh changes just what differs. Comments are not allowed in it.',
    ])
  }
  return rows.flatMap(([file, text]) => [`  ${file}`, ...wrapped(oneLine(text), '      ')])
}
