import { USUAL_ASSUMPTIONS } from '../../core/compare/assumptions.js'
import type { Assumptions } from '../../core/compare/assumptions.js'
import { compareModes } from '../../core/compare/compare-modes.js'
import { directorGains } from '../../core/compare/gain.js'
import { withPort } from '../../core/topology/address.js'
import type { Service, Topology } from '../../core/topology/types.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Arguments } from '../arguments.js'
import type { Command } from '../command.js'
import { comparisonText } from '../comparison-text.js'
import type { ComparedService } from '../comparison-text.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import { openTopology } from '../open-topology.js'
import { quantity } from '../quantity.js'

const USAGE =
  'compare FILE [--service S] [--request-size BYTES] [--reply-size BYTES] [--link-rate RATE[,HOST|NETWORK=RATE...]] ' +
  '[--server-rate REQUESTS] [--json]'

const OPTIONS = {
  service: 'value',
  'request-size': 'value',
  'reply-size': 'value',
  'link-rate': 'value',
  'server-rate': 'value',
  json: 'flag',
} as const

export const compare: Command = {
  name: 'compare',
  usage: USAGE,
  summary:
    'nat, tun and dr on this very drawing: which work, who carries how much, what bounds the throughput',
  run: async (argv, io) => {
    const args = readArguments(argv, OPTIONS, USAGE)
    const file = oneWord(args, USAGE)
    const { parsed } = await openTopology(file)
    const { topology } = parsed
    const assumptions = assumptionsFrom(args, topology, file)
    const compared = servicesFrom(args, topology, file).map(([name, service]): ComparedService => ({
      file,
      target: targetText(service),
      protocol: service.protocol,
      comparison: compareModes(parsed, name, assumptions),
      gains: directorGains(topology, name, assumptions),
      assumptions,
    }))
    if (args.flag('json'))
      writeJson(io, {
        file,
        assumed: { ...assumptions, linkRates: Object.fromEntries(assumptions.linkRates) },
        services: compared.map(serviceJson),
      })
    else io.out(compared.map((each) => comparisonText(each, io)).join('\n'))
    const holds = compared.every(({ comparison }) => comparison.modes.some(({ feasible }) => feasible))
    return holds ? EXIT.holds : EXIT.doesNotHold
  },
}

function servicesFrom(args: Arguments, { services }: Topology, file: string): (readonly [string, Service])[] {
  const wanted = args.value('service')
  if (services.size === 0)
    throw new UsageError(`${file} has no services to compare; "lvs-designer check" says more`)
  if (wanted === undefined) return [...services]
  const service = services.get(wanted)
  if (service === undefined) {
    throw new UsageError(`${file} has no service "${wanted}"; it has ${[...services.keys()].join(', ')}`)
  }
  return [[wanted, service]]
}

function targetText({ vip, port, protocol, mark }: Service): string {
  if (mark !== undefined) return `firewall mark ${mark}`
  return vip === undefined ? protocol : `${port === undefined ? vip : withPort(vip, port)} ${protocol}`
}

const MOST_BYTES = 1e12
const MOST_RATE = 1e15

function assumptionsFrom(args: Arguments, topology: Topology, file: string): Assumptions {
  const bytes = (option: 'request-size' | 'reply-size', usual: number) => {
    const text = args.value(option)
    return text === undefined
      ? usual
      : Math.round(quantity(`--${option}`, text, { unit: 'B', least: 0, most: MOST_BYTES }))
  }
  const serverRate = args.value('server-rate')
  return {
    requestBytes: bytes('request-size', USUAL_ASSUMPTIONS.requestBytes),
    replyBytes: bytes('reply-size', USUAL_ASSUMPTIONS.replyBytes),
    ...linkRatesFrom(args.value('link-rate'), topology, file),
    serverRate:
      serverRate === undefined
        ? undefined
        : quantity('--server-rate', serverRate, { unit: '', least: 1e-3, most: MOST_RATE }),
  }
}

/** `1G,edge=10G`: of all interfaces, then of those of a host or on a network. */
function linkRatesFrom(
  text: string | undefined,
  { hosts, networks }: Topology,
  file: string,
): Pick<Assumptions, 'linkRate' | 'linkRates'> {
  let { linkRate } = USUAL_ASSUMPTIONS
  const linkRates = new Map<string, number>()
  for (const part of text === undefined ? [] : text.split(',')) {
    const [name, value] = part.includes('=')
      ? [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]
      : [undefined, part]
    const rate = quantity('--link-rate', value, { unit: 'bit/s', least: 1, most: MOST_RATE })
    if (name === undefined) linkRate = rate
    else if (hosts.has(name) || networks.has(name)) linkRates.set(name, rate)
    else throw new UsageError(`--link-rate: ${file} has neither a host nor a network "${name}"`)
  }
  return { linkRate, linkRates }
}

function serviceJson({ comparison, gains }: ComparedService) {
  return {
    service: comparison.service,
    modes: comparison.modes.map(({ mode, current, feasible, errors, lacks, unlisted, traffic }) => ({
      mode,
      current,
      feasible,
      errors,
      lacks,
      unlisted,
      traffic,
    })),
    directorGains: gains,
  }
}
