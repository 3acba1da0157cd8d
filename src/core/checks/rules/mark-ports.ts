import { say } from '../../speech/say.js'
import type { ServiceModel } from '../../hosts/services.js'
import { below } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Report, Rule } from '../rule.js'
import { listed } from '../wording.js'

export const markPorts: Rule = {
  code: 'MARK-PORTS',
  severity: 'warning',
  title: 'A port that has no effect, because of a mark or the lack of one',
  why: 'The service takes other ports than the file seems to say, and real servers get requests at the port the client asked for.',
  kernel:
    'A service by mark has neither protocol nor port. Its real servers are entered with port 0, and a connection then keeps the ' +
    'port the client asked for (ip_vs_schedule, ip_vs_core.c); keepalived takes another port away.',
  mend: 'Say as "ports" which ports of the VIP get the mark, and as "port" what a service without mark is for.',
  source: 'net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_core.c (Linux 6.1); ipvsadm(8)',
  explains: [],
  check: ({ services }, report) => {
    for (const service of services) {
      if (service.drawn.mark === undefined) withoutMark(service, report)
      else withMark(service, service.drawn.mark, report)
    }
  },
}

function withoutMark({ name, path, drawn: { ports, port } }: ServiceModel, report: Report): void {
  const [only] = ports
  if (only === undefined) return
  const at = below(path, 'ports')
  const asPort: Fix[] =
    ports.length === 1 && port === undefined
      ? [
          {
            title: say`Make ${only} the port of "${name}"`,
            edits: [
              { kind: 'set', path: below(path, 'port'), value: only },
              { kind: 'unset', path: at },
            ],
          },
        ]
      : []
  report(keyAt(at), say`"${name}" has no mark, and only packets that get one are chosen by "ports"`, [
    ...asPort,
    takingOut(at, say`Take ports out of "${name}"`),
  ])
}

function withMark(service: ServiceModel, mark: number, report: Report): void {
  const { name, path, drawn, realServers } = service
  const { vip, port, ports, protocol } = drawn
  if (port !== undefined) {
    const at = below(path, 'port')
    report(
      keyAt(at),
      say`"${name}" goes by mark ${mark} and not by port ${port}${vip === undefined ? '' : say`; "ports" says which ports of the VIP get the mark`}`,
      [
        ...(vip === undefined || port === 0 || ports.length > 0 ? [] : [asPorts(service, port)]),
        takingOut(at, say`Take the port out of "${name}"`),
      ],
    )
  }
  if (vip === undefined && ports.length > 0) {
    const at = below(path, 'ports')
    report(
      keyAt(at),
      say`"${name}" has no VIP, so what gets mark ${mark} is decided elsewhere and not by "ports"`,
      [takingOut(at, say`Take ports out of "${name}"`)],
    )
  }
  if (vip === undefined && protocol !== 'tcp') {
    const at = below(path, 'protocol')
    report(
      keyAt(at),
      say`"${name}" has no VIP, so it takes packets with mark ${mark} of every protocol, not ${protocol} alone`,
      [takingOut(at, say`Take the protocol out of "${name}"`)],
    )
  }
  for (const { name: realServer, path: of, drawn: own } of realServers) {
    if (own.port === undefined || own.port === 0) continue
    const at = below(of, 'port')
    const kept =
      ports.length === 0 ? say`the port the client asked for` : say`port ${listed(ports.map(String))}`
    report(
      valueAt(at),
      say`${realServer} gets requests of "${name}" at ${kept}: with a mark nothing is sent to port ${own.port} instead`,
      [takingOut(at, say`Take the port of ${realServer} out`)],
    )
  }
}

function asPorts({ name, path }: ServiceModel, port: number): Fix {
  return {
    title: say`Let only port ${port} of the VIP of "${name}" get the mark`,
    edits: [
      { kind: 'set', path: below(path, 'ports'), value: [port] },
      { kind: 'unset', path: below(path, 'port') },
    ],
  }
}
