import { say } from '../../speech/say.js'
import type { Span } from '../../topology/position.js'
import { targetOptions } from '../ipvsadm.js'
import type { VirtualService } from '../ipvs-table.js'
import type { TextProblem } from '../text-problem.js'
import { destinationOf } from './destination.js'
import type { PlacedDestination } from './destination.js'
import { readInvocation } from './invocation.js'
import type { Given, Invocation } from './invocation.js'
import type { IpvsadmProblemCode, Tell } from './problem.js'
import { serviceOf, targetOf } from './service.js'

/** The table that rules make, and where in the text each part of it comes from. */
export interface IpvsadmRules {
  readonly services: readonly PlacedService[]
  readonly problems: readonly TextProblem<IpvsadmProblemCode>[]
  /** Whether every line was read that could name a real server; of a table read in part nobody can say what it lacks. */
  readonly whole: boolean
}

export interface PlacedService extends VirtualService {
  readonly span: Span
  readonly destinations: readonly PlacedDestination[]
}

interface Reading {
  readonly services: Map<string, Building>
  readonly tell: Tell
  whole: boolean
  /** Whether every service is known by its name: none was made by a line that was left out. */
  named: boolean
}

interface Building {
  service: VirtualService
  readonly span: Span
  readonly destinations: Map<string, PlacedDestination>
}

/** Reads rules as `ipvsadm -S` writes and `ipvsadm -R` takes them, or a script of calls. Never throws. */
export function readRules(text: string): IpvsadmRules {
  const problems: TextProblem<IpvsadmProblemCode>[] = []
  const services = new Map<string, Building>()
  const tell: Tell = (code, span, message, newText) => {
    const fixes =
      newText === undefined
        ? []
        : [{ title: newText === '' ? say`Take it out` : say`Write ${newText}`, edits: [{ span, newText }] }]
    if (problems.length < MAX_PROBLEMS) problems.push({ code, span, message, fixes })
  }
  // A script may hold anything; only its calls of ipvsadm are looked at.
  const script = text.startsWith('#!')
  const reading: Reading = { services, tell, whole: true, named: true }
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    readLine(text, at, end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end, script, reading)
    at = end + 1
  }
  return {
    problems,
    whole: reading.whole,
    services: [...services.values()].map(({ service, span, destinations }) => ({
      ...service,
      span,
      destinations: [...destinations.values()],
    })),
  }
}

const MAX_PROBLEMS = 2_000

function readLine(text: string, start: number, end: number, script: boolean, reading: Reading): void {
  const { tell } = reading
  const line = text.slice(start, end)
  const inked = line.trim()
  if (inked === '') return
  const from = start + line.indexOf(inked.charAt(0))
  if (inked.startsWith('#')) {
    if (!script)
      tell(
        'IPVS-COMMENT',
        { start: from, end: from + inked.length },
        say`ipvsadm -R knows no comments: it ends here, and the rest of the table is lost. ipvsadm-restore takes out lines that begin with #`,
      )
    return
  }
  if (script && !/(^|\/|\s)ipvsadm\s/.test(line)) return
  const begin = script ? start + Math.max(0, line.search(/\S*ipvsadm\s/)) : start
  if (/[$`]/.test(line)) {
    tell(
      'IPVS-NAME',
      { start: from, end: from + inked.length },
      say`what the shell puts in here is not known; the line was not read`,
    )
    reading.whole = false
    reading.named = false
    return
  }
  const faults: Span[] = []
  const left = new Set<IpvsadmProblemCode>()
  const noting: Tell = (code, span, message, newText) => {
    if (code === 'IPVS-NAME' || code === 'IPVS-SYNTAX') left.add(code)
    tell(code, span, message, newText)
  }
  const invocation = readInvocation(text, begin, end, (span, message) => {
    faults.push(span)
    noting('IPVS-SYNTAX', span, message)
  })
  const command = invocation?.command
  if (invocation !== undefined && command !== undefined && faults.length === 0)
    carryOut(invocation, command, { ...reading, tell: noting })
  const serves = command === undefined || command.name === 'a' || command.name === 'e'
  if (left.size > 0 && serves) reading.whole = false
  if (left.has('IPVS-NAME') && !serves) reading.named = false
}

function carryOut(invocation: Invocation, command: Given, { services, tell, named }: Reading): void {
  const { span } = invocation
  switch (command.name) {
    case 'C':
      services.clear()
      return
    case 'A':
    case 'E':
    case 'D':
    case 'a':
    case 'e':
    case 'd':
      break
    default:
      return
  }
  const target = targetOf(invocation, tell)
  if (target === undefined) return
  const key = targetOptions(target)
  const known = services.get(key)
  switch (command.name) {
    case 'A': {
      if (known !== undefined) {
        tell(
          'DUP-VS',
          span,
          say`${key} is there already: the kernel answers "Service already exists", and ipvsadm -R goes on`,
        )
        return
      }
      const service = serviceOf(invocation, target, tell)
      if (service !== undefined) services.set(key, { service, span, destinations: new Map() })
      return
    }
    case 'E':
    case 'D':
      if (known === undefined) {
        if (named) tell('IPVS-ORDER', span, say`${key} is not there: the kernel answers "No such service"`)
      } else if (command.name === 'D') services.delete(key)
      else known.service = serviceOf(invocation, target, tell) ?? known.service
      return
    default:
      if (known === undefined) {
        if (named)
          tell(
            'IPVS-ORDER',
            span,
            say`${key} is not there when its real server is named: "Service not defined"`,
          )
        return
      }
      serve(invocation, command.name, known, tell)
  }
}

function serve(invocation: Invocation, command: string, known: Building, tell: Tell): void {
  const given = invocation.options.get('r')
  if (given?.value === undefined) {
    tell('IPVS-SYNTAX', invocation.span, say`no real server is named: -r is missing`)
    return
  }
  const destination = destinationOf(invocation, given, known.service.target, tell)
  if (destination === undefined) return
  const at = `${destination.address} ${destination.port}`
  const before = known.destinations.get(at)
  if (command === 'd') {
    known.destinations.delete(at)
    return
  }
  if (command === 'a' && before !== undefined) {
    tell(
      'DUP-RS',
      given.value.span,
      say`${destination.address} port ${destination.port} is in this service already: "Destination already exists"`,
    )
    return
  }
  known.destinations.set(at, destination)
}
