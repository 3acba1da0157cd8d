import { said, say, toSay } from '../speech/say.js'
import type { Judgement } from '../checks/check.js'
import { explainRule } from '../checks/explain.js'
import type { Cluster } from '../hosts/cluster.js'
import type { ServiceModel } from '../hosts/services.js'
import { withPort } from '../topology/address.js'
import { SEVERITY_WORDS } from '../topology/problem.js'
import { sceneOf } from './scene-of.js'
import type { Scene } from './scene.js'
import { spoken } from './gestures.js'

const METHODS = {
  nat: toSay`NAT: the director rewrites addresses and ports, and every reply goes back through it.`,
  tun: toSay`TUN: requests travel inside a tunnel, and replies go straight to the client.`,
  dr: toSay`DR: only the destination MAC is rewritten, and replies go straight to the client.`,
} as const

/**
 * A cluster as a page of Markdown (CommonMark, with the tables of GitHub): the drawing, its services, the address plan, and
 * what the rules say.
 *
 * @param drawing where the picture is, from the page
 */
export function clusterDocument(cluster: Cluster, judgement: Judgement, drawing: string): string {
  const scene = sceneOf(cluster, judgement.findings)
  const name = scene.name ?? say`LVS cluster`
  return [
    `# ${inline(name)}`,
    `![${say`Drawing of ${inline(name)}`}](<${drawing.replace(/[<>\\]/g, '\\$&')}>)`,
    ...section(say`Services`, cluster.services.map(serviceText)),
    ...section(say`Networks`, [
      table(
        [say`network`, say`subnets`, say`gateways`],
        scene.networks.map(({ name: network, subnets, gateways }) => [
          network,
          subnets.join(', '),
          gateways.join(', '),
        ]),
      ),
    ]),
    ...section(say`Hosts`, [
      table(
        [say`host`, say`role`, say`interface`, say`addresses`, say`network`],
        scene.hosts.flatMap(hostRowsOf),
      ),
    ]),
    ...section(say`Where the VIPs live`, [
      table(
        ['VIP', say`host`, say`interface`],
        scene.hosts.flatMap(({ name: host, vips }) =>
          vips.map(({ address, interface: device }) => [address, host, device]),
        ),
      ),
    ]),
    ...section(say`What the rules say`, findingsText(judgement)),
  ]
    .join('\n\n')
    .concat('\n')
}

function section(title: string, parts: readonly string[]): string[] {
  const written = parts.filter((part) => part !== '')
  return written.length === 0 ? [] : [`## ${title}`, ...written]
}

function serviceText({ name, drawn, realServers, sorryServer }: ServiceModel): string {
  const { mode, vip, mark, port, protocol, scheduler, flags, persistence, onePacket, masquerade, directors } =
    drawn
  const target =
    vip === undefined
      ? mark === undefined
        ? say`no VIP`
        : say`firewall mark ${mark}`
      : `${port === undefined ? vip : withPort(vip, port)}${mark === undefined ? '' : say`, firewall mark ${mark}`}`
  const facts: (readonly [string, string] | undefined)[] = [
    [say`address`, `${target}, ${protocol.toUpperCase()}`],
    [say`forwarding`, mode === undefined ? say`no mode` : said(METHODS[mode])],
    [say`director`, directors.join(say`, then `) || say`none`],
    [say`scheduler`, [scheduler, ...flags].join(', ')],
    persistence && [say`persistence`, persistenceText(persistence)],
    masquerade ? [say`masquerading`, say`real servers see the director for the client`] : undefined,
    onePacket ? [say`one-packet scheduling`, say`every packet is scheduled by itself`] : undefined,
    sorryServer && [say`sorry server`, sorryServer.name],
  ]
  const rows = realServers.map(
    ({ name: host, mode: own, rip, drawn: { weight, port: ownPort, thresholds } }) => [
      host,
      rip ?? '?',
      String(ownPort ?? port ?? ''),
      own?.toUpperCase() ?? '?',
      String(weight),
      thresholds === undefined ? '' : `${thresholds.upper} / ${thresholds.lower}`,
    ],
  )
  const limited = rows.some((row) => row[5] !== '')
  const columns = [
    say`real server`,
    'RIP',
    say`port`,
    say`forwarding`,
    say`weight`,
    say`connections, upper / lower`,
  ]
  return [
    `### ${inline(name)}`,
    facts
      .flatMap((fact) => (fact === undefined ? [] : [`- ${fact[0]}${say`: `}${inline(fact[1])}`]))
      .join('\n'),
    table(limited ? columns : columns.slice(0, 5), limited ? rows : rows.map((row) => row.slice(0, 5))),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function persistenceText({
  timeout,
  netmask,
  engine,
}: NonNullable<ServiceModel['drawn']['persistence']>): string {
  const mask = netmask === undefined ? '' : say`, clients together by ${netmask}`
  return `${timeout} s${mask}${engine === undefined ? '' : say`, engine ${engine}`}`
}

function hostRowsOf({ name, role, interfaces }: Scene['hosts'][number]): string[][] {
  if (interfaces.length === 0) return [[name, spoken(role), '', '', '']]
  return interfaces.map(({ name: device, addresses, network }, index) => [
    index === 0 ? name : '',
    index === 0 ? spoken(role) : '',
    device,
    addresses.join(', '),
    network ?? '',
  ])
}

function findingsText({ findings, suppressed }: Judgement): string[] {
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')
  return [
    findings.length === 0 ? say`No rule has anything to say.` : '',
    list(
      findings.map(
        ({ code, severity, message, range }) =>
          say`${said(SEVERITY_WORDS[severity])} ${`\`${code}\``}${titleOf(code)}, line ${range.start.line + 1}: ${inline(message)}`,
      ),
    ),
    suppressed.length === 0
      ? ''
      : `${say`Meant to be so:`}\n\n${list(suppressed.map(({ finding, reason }) => `\`${finding.code}\`${say`: `}${inline(reason)}`))}`,
  ]
}

function titleOf(code: string): string {
  const title = explainRule(code)?.title
  return title === undefined ? '' : say` (${inline(said(title))})`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(inline)))].join('\n')
}

/** Text that is only text: no markup of Markdown or HTML, on one line. */
function inline(content: string): string {
  return content.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~&!]/g, '\\$&')
}
