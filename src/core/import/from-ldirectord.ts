import { readLdirectord } from '../formats/ldirectord/configuration.js'
import type { LdirectordConfiguration, Setting } from '../formats/ldirectord/configuration.js'
import type { LdirectordVirtual } from '../formats/ldirectord/virtual.js'
import { serverAt } from '../formats/ldirectord/real.js'
import type { SourceText } from '../formats/source-text.js'
import { textLines } from '../topology/position.js'
import type { HealthType } from '../topology/types.js'
import type { FoundDirector, FoundHealth, FoundService, ImportNote } from './found.js'

/** Checks a topology has a word for, by what ldirectord speaks. */
const SPOKEN: ReadonlyMap<string, HealthType> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['dns', 'dns'],
  ['smtp', 'smtp'],
  ['submission', 'smtp'],
])
const SPOKEN_AT: ReadonlyMap<number, HealthType> = new Map([
  [25, 'smtp'],
  [53, 'dns'],
  [80, 'http'],
  [443, 'https'],
  [587, 'smtp'],
])
/** What a topology has no words for. */
const UNSAID: ReadonlySet<string> = new Set([
  'receive',
  'virtualhost',
  'checkcommand',
  'checkport',
  'login',
  'passwd',
  'database',
  'secret',
  'load',
  'quiescent',
  'fallbackcommand',
  'emailalert',
  'emailalertfreq',
  'emailalertstatus',
  'monitorfile',
  'httpmethod',
])

/** What an ldirectord.cf tells of its director: its services, and how their real servers are checked. */
export function fromLdirectord({ name, text }: SourceText): {
  readonly director: FoundDirector
  readonly notes: readonly ImportNote[]
} {
  const configuration = readLdirectord(text)
  const lines = textLines(text)
  const lineOf = (offset: number) => lines.position(offset).line + 1
  const services = configuration.virtuals.flatMap((virtual): FoundService[] => {
    const { virtualService, opening, fallback } = virtual
    if (virtualService === undefined) return []
    return [
      {
        ...virtualService,
        name: undefined,
        source: name,
        line: lineOf(opening.span.start),
        marked: undefined,
        sorryServer: fallback ?? fallbackOfAll(configuration, virtual),
        health: healthOf(virtual, configuration),
        quorum: undefined,
        hysteresis: undefined,
      },
    ]
  })
  const lost = configuration.virtuals.flatMap(({ settings, opening }): ImportNote[] => {
    const names = new Set(settings.map((each) => each.name.text).filter((each) => UNSAID.has(each)))
    if (names.size === 0) return []
    const of = opening.value?.text ?? ''
    return [
      {
        code: 'IMPORT-LOST',
        source: name,
        line: lineOf(opening.span.start),
        message: `a topology has no words for ${[...names].join(', ')} of ${of}; keep the file for ${names.size === 1 ? 'it' : 'them'}`,
      },
    ]
  })
  return {
    director: {
      source: name,
      name: undefined,
      kernel: undefined,
      // ldirectord checks real servers and puts a fallback in, which of the two managers keepalived does.
      manager: services.some(({ health, sorryServer }) => health ?? sorryServer) ? 'keepalived' : 'ipvsadm',
      scriptUser: undefined,
      services,
      interfaces: [],
      addresses: [],
      gateways: [],
      routes: [],
      vrrp: [],
      sync: false,
      observed: false,
      masquerades: undefined,
    },
    notes: [
      ...configuration.problems.map(({ code, span, message }): ImportNote => ({
        code: 'IMPORT-UNREAD',
        source: name,
        line: lineOf(span.start),
        message: `${message} (${code})`,
      })),
      ...lost,
    ],
  }
}

function fallbackOfAll({ globals }: LdirectordConfiguration, { family }: LdirectordVirtual) {
  const said = globals.findLast((each) => each.name.text === (family === 4 ? 'fallback' : 'fallback6'))
  const server = serverAt(said?.value?.text.split(/\s+/)[0] ?? '')
  return server
}

function healthOf(
  { settings, virtualService }: LdirectordVirtual,
  { globals }: LdirectordConfiguration,
): FoundHealth | undefined {
  const said = (name: string): Setting | undefined =>
    settings.findLast((each) => each.name.text === name) ??
    globals.findLast((each) => each.name.text === name)
  const type = typeOf(
    said('checktype')?.value?.text ?? 'negotiate',
    said('service')?.value?.text,
    virtualService,
  )
  if (type === undefined) return undefined
  const request = /"(.*)"/.exec(said('request')?.value?.text ?? '')?.[1]
  const asks = type === 'http' || type === 'https'
  const interval = Number(/\d+/.exec(said('checkinterval')?.value?.text ?? '')?.[0] ?? 0)
  return {
    type,
    path: asks && request !== undefined ? (request.startsWith('/') ? request : `/${request}`) : undefined,
    interval: interval > 0 ? interval : undefined,
    command: undefined,
  }
}

function typeOf(
  checktype: string,
  spoken: string | undefined,
  service: LdirectordVirtual['virtualService'],
): HealthType | undefined {
  switch (checktype) {
    case 'off':
    case 'on':
      return undefined
    case 'ping':
      return 'ping'
    case 'connect':
      return 'tcp'
    case 'external':
    case 'external-perl':
      return 'script'
    default: {
      if (spoken !== undefined) return SPOKEN.get(spoken) ?? 'tcp'
      const port = service?.target.kind === 'address' ? service.target.port : 0
      return SPOKEN_AT.get(port) ?? (port === 0 ? undefined : 'tcp')
    }
  }
}
