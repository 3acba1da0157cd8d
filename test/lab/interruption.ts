import { hit, letGo, NO_FAULT, setFault, settledStateCommand, withoutNumbers } from './faults-kit.js'
import { expectOk } from './faults-kit.js'
import type { Fault, Faulty } from './faults-kit.js'
import type { startCli } from './faults-kit.js'

export type Command = 'apply' | 'remove'

/** signal: the operator's machine dies there. */
export const INTERRUPTIONS = [
  'reset-after',
  'signal',
  'lost',
  'reset-before',
] as const satisfies readonly Fault[]

/** A run that is interrupted at the n-th command that changes something on one of its hosts. */
export interface Case {
  readonly command: Command
  readonly host: string
  readonly at: number
  readonly fault: (typeof INTERRUPTIONS)[number]
}

/** A cluster on hosts that can be interrupted, and what runs on the operator's machine. */
export interface Target extends Faulty {
  /** Without a timer it is that of a real deployment. */
  readonly start: (
    command: Command,
    timerSeconds?: number,
  ) => Pick<ReturnType<typeof startCli>, 'child' | 'ended'>
}

/** A host, once no transaction is open on it. */
interface Found {
  /** All that a deployment could change. */
  readonly state: string
  /** The same, and every byte that a deployment keeps for itself; ids of transactions by the order in which they stand there. */
  readonly whole: string
  /** The fault that was set there has happened. */
  readonly isHit: boolean
}

type Hosts = ReadonlyMap<string, Found>

const SECONDS = 12
/** A busy machine is slow; it is over as soon as no transaction is open. */
const PATIENCE = 300
const SPLIT = '-- kept --'
const HIT = '-- hit --'
/** What a deployment keeps, without what is of the run alone: who ran it, by which token, and the plan's hash. */
const KEPT_COMMAND = `echo '${SPLIT}'; cd /var/lib/lvs-designer 2>/dev/null && find . -type f | sort | xargs -r grep -H '' |
  perl -ne 's/(\\d{8}T\\d{6}Z-[0-9a-f]{8})/$n{$1} ||= "TX" . ++$count/ge; print unless m{/words:(token|owner|plan) |/helper:}'; cat */tx/*/helper 2>/dev/null | md5sum; true`

/**
 * One cluster, deployed and removed again and again, each time interrupted somewhere. Which states there are without an
 * interruption is found out first; what an interruption leaves must be one of them, host by host.
 */
export class Interruptions {
  private constructor(
    private readonly lab: Target,
    private readonly hosts: readonly string[],
    private readonly states: Readonly<Record<'old' | 'deployed', Hosts>>,
    public isDeployed: boolean,
  ) {}

  /** Deploys and removes once. An observer hears of both. */
  static async begin(
    lab: Target,
    hosts: readonly string[],
    { before = () => Promise.resolve(), after = () => Promise.resolve() }: Observer = {},
  ): Promise<Interruptions> {
    const old = await find(lab, hosts)
    await before()
    await complete(lab, 'apply')
    await after('apply')
    const deployed = await find(lab, hosts)
    const self = new Interruptions(lab, hosts, { old, deployed }, true)
    await before()
    await self.completed('remove')
    await after('remove')
    const amiss = self.differences('remove', await find(lab, hosts))
    if (amiss.length > 0) throw new Error(`a removal does not take everything away:\n${amiss.join('\n')}`)
    return self
  }

  /** A run that nothing interrupts. */
  async completed(command: Command): Promise<void> {
    await complete(this.lab, command)
    this.isDeployed = command === 'apply'
  }

  /** Interrupts a run, for which the cluster must stand as the run expects it, and then sees to it that the next one arrives. */
  async interrupt(each: Case): Promise<Interrupted> {
    const { lab, hosts } = this
    const { command, host, at, fault } = each
    const [before, after] =
      command === 'apply' ? [this.states.old, this.states.deployed] : [this.states.deployed, this.states.old]
    await setFault(lab, host, at, fault)
    const { child, ended } = lab.start(command, SECONDS)
    if (fault === 'signal') {
      await Promise.race([hit(lab, host).catch(() => undefined), ended])
      child.kill('SIGKILL')
      await letGo(lab, host)
    }
    const { status, stdout, stderr } = await ended
    const found = await find(lab, hosts)
    const became = hosts.map((name): Became => {
      const state = found.get(name)?.state
      if (state === before.get(name)?.state) return 'reverted'
      return state === after.get(name)?.state ? 'committed' : 'lost'
    })
    const amiss: string[] = []
    for (const [index, name] of hosts.entries()) {
      if (became[index] === 'lost')
        amiss.push(`${name} is neither as before nor as told:\n${found.get(name)?.state ?? ''}`)
    }
    // A success is one on every host, and nothing else is called so.
    if (status === 0 && became.some((one) => one !== 'committed')) amiss.push('it was called a success')
    if (found.get(host)?.isHit !== true) amiss.push(`it was not interrupted:\n${stdout}${stderr}`)
    const isAs = (states: Hosts) => hosts.every((name) => found.get(name)?.whole === states.get(name)?.whole)
    // From a state that is the same byte by byte, the next run is the one that has arrived already.
    const isKnown = isAs(before) || isAs(after)
    if (isKnown) this.isDeployed = isAs(this.states.deployed)
    else {
      await this.completed(command)
      amiss.push(
        ...this.differences(command, await find(lab, hosts)).map(
          (line) => `after the next ${command}, ${line}`,
        ),
      )
    }
    return { became, amiss, status, isKnown }
  }

  /** What is not as a whole run leaves it. */
  private differences(command: Command, found: Hosts): string[] {
    const wanted = command === 'apply' ? this.states.deployed : this.states.old
    return this.hosts
      .filter((name) => found.get(name)?.whole !== wanted.get(name)?.whole)
      .map((name) => `${name} is\n${found.get(name)?.whole ?? ''}\nand not\n${wanted.get(name)?.whole ?? ''}`)
  }
}

interface Observer {
  readonly before?: () => Promise<void>
  readonly after?: (command: Command) => Promise<void>
}

export type Became = 'reverted' | 'committed' | 'lost'

export interface Interrupted {
  /** Host by host. */
  readonly became: readonly Became[]
  readonly amiss: readonly string[]
  readonly status: number
  /** Every byte is as after a run that nothing has interrupted. */
  readonly isKnown: boolean
}

async function complete(lab: Target, command: Command): Promise<void> {
  expectOk(await lab.start(command).ended)
}

/** Also ends whatever fault is still waiting. */
async function find(lab: Target, hosts: readonly string[]): Promise<Hosts> {
  // Past what stands in the place of its tools: what only looks need not be counted.
  const command = `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${NO_FAULT}
    [ ! -e /root/.hit ] || echo '${HIT}'
    ${settledStateCommand(PATIENCE)}\n${KEPT_COMMAND}`
  const texts = await lab.onEach(hosts, command)
  return new Map(
    [...texts].map(([name, text]) => {
      const isHit = text.startsWith(`${HIT}\n`)
      const [found = '', kept = ''] = (isHit ? text.slice(HIT.length + 1) : text).split(`${SPLIT}\n`)
      const state = withoutNumbers(lab, found)
      return [name, { state, whole: `${state}\nkept: ${kept}`, isHit }]
    }),
  )
}
