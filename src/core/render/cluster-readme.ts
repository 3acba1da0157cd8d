import type { Cluster, HostModel } from '../hosts/cluster.js'
import { deployedHosts } from '../plan/plan.js'
import { modulesFile, sysctlFile } from './boot.js'
import type { RenderedFile } from './file.js'
import { fileOf, pathPart } from './file.js'
import { deniedText } from './host-readme.js'
import { notSetUp } from './not-set-up.js'
import { servicesTable } from './service-text.js'
import { columns, oneLine, section, wrapped } from './text.js'
import type { HostWork } from './work.js'

/** README.txt of the cluster: where to begin, in which order, how to try it, and what is left to the operator. */
export function clusterReadme(works: readonly HostWork[], cluster: Cluster, name: string): RenderedFile {
  const title = `The LVS cluster ${oneLine(name)}, by hand`
  return fileOf(
    [
      title,
      '='.repeat(title.length),
      ...wrapped(
        'One folder a host, with a README.txt that says what is set there and why. All of it is plain text and plain commands: read it before you run it.',
        '',
      ),
      ...section('Services', servicesTable(cluster.services)),
      ...section('Setting up', settingUp(works)),
      ...section('Trying it', trying(works, cluster)),
      ...section('After a reboot', afterReboot(works, name)),
      ...section('Taking down', takingDown(works)),
      ...section('What is drawn otherwise', drawnOtherwise(cluster)),
      ...section('What these files do not set up', notSetUp(cluster, untouched(works, cluster))),
    ],
    'README.txt',
  )
}

function settingUp(works: readonly HostWork[]): string[] {
  if (works.length === 0) return ['  No host needs anything.']
  return [
    ...wrapped(
      'Copy each folder to its host and run `sh up.sh` there as root, in this order. Go on to the next host when it has said "is set up". Real servers first: a director sends requests as soon as it is set up.',
      '  ',
    ),
    '',
    ...inOrder(works),
  ]
}

function takingDown(works: readonly HostWork[]): string[] {
  if (works.length === 0) return []
  const boot = 'Remove what you installed for booting, too.'
  return [
    ...wrapped(
      `Run \`sh down.sh\` as root, in this order, the reverse: first no requests are handed out any longer, then those who answered them are put back as they were. ${boot}`,
      '  ',
    ),
    '',
    ...inOrder([...works].reverse()),
  ]
}

function inOrder(works: readonly HostWork[]): string[] {
  const width = String(works.length).length
  return columns(
    works.map(({ model, onDirector }, at) => [
      `${String(at + 1).padStart(width)}.`,
      oneLine(model.name),
      onDirector ? 'director' : 'real server',
    ]),
    '  ',
  )
}

function trying(works: readonly HostWork[], cluster: Cluster): string[] {
  const directors = works.filter(({ onDirector }) => onDirector)
  if (directors.length === 0) return []
  const direct = cluster.services.filter(({ realServers }) => realServers.some(({ mode }) => mode !== 'nat'))
  const byArp = direct.some(({ family, vipInterface }) => family === 4 && vipInterface !== 'lo')
  const from =
    direct.length === 0
      ? 'client'
      : 'client, not from the director or a real server, which have the VIP themselves'
  return [
    `From a ${from}: connect to a VIP a few times. Then, on the director, \`ipvsadm -L -n --stats\`: its counters must have gone up (they are two seconds late).`,
    ...(byArp
      ? [
          "An answer alone proves nothing: a real server that answers ARP for the VIP would serve you, past the director. From the VIP's network, `arping -c 3 -I INTERFACE VIP` must show one MAC address only, the director's.",
        ]
      : []),
  ].flatMap((text) => wrapped(text, '  '))
}

function afterReboot(works: readonly HostWork[], name: string): string[] {
  if (works.length === 0) return []
  const folder = `/etc/lvs-${pathPart(name)}`
  return [
    ...wrapped(
      `Nothing of this outlives a reboot by itself. ${modulesFile(name)} and ${sysctlFile(name)}, where a host has them, bring back modules and sysctls once they are copied into /etc: on real servers early enough to be silent about the VIP before they have it. Addresses, routes and the IPVS table come back when up.sh runs once the network is there. With the folder in ${folder}, a unit for systemd (/etc/systemd/system/lvs-${pathPart(name)}.service; then systemctl enable it):`,
      '  ',
    ),
    '',
    ...[
      '[Unit]',
      `Description=LVS cluster ${oneLine(name)}`,
      'Wants=network-online.target',
      'After=network-online.target',
      '',
      '[Service]',
      'Type=oneshot',
      `ExecStart=/bin/sh ${folder}/up.sh`,
      '',
      '[Install]',
      'WantedBy=multi-user.target',
    ].map((line) => (line === '' ? '' : `    ${line}`)),
  ]
}

function drawnOtherwise(cluster: Cluster): string[] {
  return deployedHosts(cluster)
    .filter(({ denied }) => denied.length > 0)
    .flatMap(({ name, denied }, at) => [
      ...(at === 0 ? [] : ['']),
      `  On ${oneLine(name)}:`,
      ...deniedText(denied).map((line) => (line === '' ? '' : `  ${line}`)),
    ])
}

/** Hosts of the drawing that could be touched and need not be. */
function untouched(works: readonly HostWork[], cluster: Cluster): HostModel[] {
  const worked = new Set(works.map(({ model }) => model))
  return deployedHosts(cluster).filter((model) => !worked.has(model))
}
