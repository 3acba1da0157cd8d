import { said, say, toSay } from '../speech/say.js'
import type { HostModel } from '../hosts/cluster.js'
import type { ObservedHost } from '../hosts/observe.js'
import { refuseTaking } from './others.js'
import type { Others } from './others.js'
import { refuseCutPath } from './peer-path.js'
import type { Purpose } from './plan.js'
import { ABSENT, canBePutBack, FOREIGN } from './setting.js'
import type { DraftStep } from './step.js'

/** Why a plan must not run: on which host, what is wrong, and what to do. */
export interface Refusal {
  readonly host: string
  readonly reason: string
  readonly remedy: string
}

/** What must hold on a live host before anything on it is changed. */
export function preconditions(
  model: HostModel,
  live: ObservedHost,
  steps: readonly DraftStep[],
  { purpose, others }: { readonly purpose: Purpose; readonly others: Others },
): Refusal[] {
  const refusals: Refusal[] = []
  const refuse = (reason: string, remedy: string) => refusals.push({ host: model.name, reason, remedy })
  if (live.userId !== 0) {
    refuse(
      say`the helper does not run as root`,
      say`log in as root, or allow sudo and say so in the drawing: ssh: { sudo: true } under ${model.name}`,
    )
  }
  for (const tool of requiredTools(steps)) {
    if (!live.tools.has(tool)) refuse(say`${tool} is not installed`, remedyOf(tool, model.name))
  }
  for (const step of steps) {
    refuseCutPath(model, live, step, refuse)
    if (step.kind === 'route' && !canBePutBack(step.before)) {
      refuse(
        say`its IPv${step.key} default route is not a plain one by a single gateway (${step.before}), and could not be put back should the plan be undone`,
        say`give it a metric, so that it stays beside the one of the plan, or make it one by a single gateway (ip route replace default via … dev …)`,
      )
    }
    if (step.kind === 'file') refuseForeignFile(model, live, step, refuse)
    const taking = refuseTaking(model.name, step, others)
    if (taking !== undefined) refusals.push(taking)
  }
  // What was there once fits the host, whatever the drawing says now.
  if (purpose !== 'apply') return refusals
  for (const module of live.missingModules) {
    refuse(
      say`its kernel ${live.state.kernel ?? say`(of unknown release)`} has no module ${module}`,
      say`install the kernel package that has it (on Debian linux-image-amd64), or choose what this kernel can do`,
    )
  }
  for (const [name, drawn] of model.drawn.interfaces) {
    const found = live.state.interfaces.get(name)
    if (found === undefined) {
      refuse(
        say`it has no interface ${name}`,
        say`correct the interface's name in the drawing; the host has ${[...live.state.interfaces.keys()].join(', ')}`,
      )
      continue
    }
    for (const address of drawn.addresses) {
      if (!found.addresses.some((own) => own.address === address)) {
        refuse(
          say`${name} does not have ${address}, as the drawing says`,
          say`correct the drawing, or the host; addresses of its own are never changed`,
        )
      }
    }
  }
  for (const [key, pinned] of model.drawn.sysctls) {
    const found = live.state.sysctls.get(key)
    if (found !== undefined && found !== pinned.trim()) {
      refuse(
        say`${key} is ${found}, and the drawing pins ${pinned}`,
        say`correct the pin, or take it out so that it is derived`,
      )
    }
  }
  for (const [family, choice] of model.gateways) {
    if (choice.kind !== 'pinned') continue
    const found = live.defaultRoutes
      .filter((route) => route.family === family)
      .sort((a, b) => a.metric - b.metric)[0]
    if (found?.words.startsWith(`default via ${choice.via} `) !== true) {
      refuse(
        say`its default gateway is ${found === undefined ? say`not set` : found.words.slice('default '.length)}, and the drawing pins ${choice.via}`,
        say`correct the pin, or take it out so that it is derived`,
      )
    }
  }
  for (const step of steps) {
    if (step.kind === 'virtual-service' && step.record === 'own' && step.before !== ABSENT) {
      refuse(
        say`the virtual service ${step.key} is there already and is not this cluster's`,
        say`see whose it is; delete it by hand, or import it into a drawing of its own`,
      )
    }
    if (step.kind === 'mark' && step.record === 'own' && step.before !== ABSENT) {
      refuse(
        say`a table of nftables named as this cluster's would be gives the mark ${step.key} already`,
        say`see whose it is (nft list ruleset); delete it by hand, or rename the cluster`,
      )
    }
    if (step.kind === 'masquerade' && step.record === 'own' && step.before !== ABSENT) {
      refuse(
        say`a table of nftables named as this cluster's would be masquerades ${step.key} already`,
        say`see whose it is (nft list ruleset); delete it by hand, or rename the cluster`,
      )
    }
    refuseTunnel(live, step, refuse)
  }
  return refusals
}

function requiredTools(steps: readonly DraftStep[]): string[] {
  // Without these two there is neither a lock nor a timer that takes things back.
  const tools = new Set(['ip', 'flock', 'setsid'])
  for (const { kind } of steps) {
    if (kind === 'virtual-service' || kind === 'destination') tools.add('ipvsadm')
    if (kind === 'module') tools.add('modprobe')
    if (kind === 'mark' || kind === 'masquerade') tools.add('nft')
    if (kind === 'file') for (const tool of ['keepalived', 'base64', 'mount']) tools.add(tool)
  }
  return [...tools]
}

function remedyOf(tool: string, host: string): string {
  const known = TOOL_REMEDY[tool]
  return known === undefined ? say`install ${tool} on ${host}` : said(known)
}

const TOOL_REMEDY: Readonly<Record<string, string>> = {
  ip: toSay`install it: apt-get install iproute2 (or dnf install iproute)`,
  ipvsadm: toSay`install it: apt-get install ipvsadm (or dnf install ipvsadm)`,
  nft: toSay`install it: apt-get install nftables (or dnf install nftables)`,
  keepalived: toSay`install it: apt-get install keepalived (or dnf install keepalived)`,
  base64: toSay`install it: apt-get install coreutils (or dnf install coreutils)`,
  mount: toSay`install it: apt-get install mount (or dnf install util-linux)`,
  flock: toSay`install it: apt-get install util-linux (or dnf install util-linux)`,
  setsid: toSay`install it: apt-get install util-linux (or dnf install util-linux)`,
  modprobe: toSay`install it: apt-get install kmod (or dnf install kmod)`,
}

/** What keepalived is told there by others is theirs, and nothing of ours to be merged into or written over. */
function refuseForeignFile(
  { name }: HostModel,
  { daemons }: ObservedHost,
  { key, before, record }: DraftStep,
  refuse: (reason: string, remedy: string) => void,
): void {
  if (before === FOREIGN && record !== 'own') {
    refuse(
      say`somebody has written a password into ${key}, which is this cluster's`,
      say`move it to a file below /etc/keepalived/secrets, and name that in the drawing (vrrp: auth: secret); then delete the line`,
    )
  } else if (before !== ABSENT && record === 'own') {
    refuse(
      say`there is a ${key} already, and it is not this cluster's`,
      say`"lvs-designer import --ssh ${name}" draws what it does; when the drawing has all of it, or nobody needs it, stop keepalived there and move the file away (systemctl disable --now keepalived; mv ${key} ${key}.old)`,
    )
  } else if (before === ABSENT && record === 'own' && daemons.has('keepalived')) {
    refuse(
      say`keepalived runs there already, and not by ${key}`,
      say`see what it is told (systemctl cat keepalived; ps -C keepalived -f), and stop it`,
    )
  }
}

/** A device or port that is there and is not what is wanted is never changed: others may depend on it. */
function refuseTunnel(
  { tunnels }: ObservedHost,
  { kind, key, before, after, record }: DraftStep,
  refuse: (reason: string, remedy: string) => void,
): void {
  if (record === 'release') return
  if (kind === 'fou' && before !== ABSENT) {
    refuse(
      say`UDP port ${key.split(' ')[1] ?? ''} unpacks something else there already (${before})`,
      say`choose another port for the tunnel in the drawing, or see whose it is (ip fou show)`,
    )
  }
  if (kind !== 'tunnel-device') return
  if (before !== ABSENT) {
    refuse(
      say`there is a device ${key} already, and it is not made as this cluster's would be (${before})`,
      say`see whose it is (ip -d link show ${key}); delete it by hand`,
    )
    return
  }
  const [local] = / local \S+ /.exec(after) ?? []
  for (const [name, made] of tunnels) {
    // The kernel tells two such devices apart by kind and addresses alone, and refuses the second.
    if (made.split(' ')[0] !== after.split(' ')[0] || local === undefined || !made.includes(local)) continue
    refuse(
      say`its tunnel device ${name} takes the packets already that ${key} is for (${made})`,
      say`see whose it is (ip -d link show ${name}); use another address of the host for this service, or delete it by hand`,
    )
  }
}
