import type { DeployResult } from '../remote/deploy/deploy.js'
import { EXIT } from './io.js'
import type { ExitStatus } from './io.js'

/** What became of a deployment, for other programs. */
export function deployJson({ outcome, hosts, refusals, verification }: DeployResult) {
  return { outcome, hosts, refusals, services: verification?.services ?? [] }
}

/** The same for people. */
export function deployText({ outcome, hosts, refusals, verification }: DeployResult): string {
  if (outcome === 'REFUSED') return `${refusals.join('\n')}\nrefused: nothing was changed on any host\n`
  const lines = hosts.map(({ host, outcome: each, detail }) => `${each.padEnd(9)} ${host}: ${detail}`)
  for (const { service, outcome: each, detail } of verification?.services ?? []) {
    lines.push(`${each.padEnd(9)} service ${service}: ${detail}`)
  }
  return `${lines.join('\n')}\n`
}

export function statusOf({ outcome, verification }: DeployResult): ExitStatus {
  switch (outcome) {
    case 'UNCHANGED':
    case 'COMMITTED':
      // Nothing was to be changed, and still a service is not served: that does not hold.
      return verification?.outcome === 'FAILED' ? EXIT.doesNotHold : EXIT.holds
    case 'REVERTED':
      return EXIT.doesNotHold
    case 'REFUSED':
      return EXIT.unusable
    case 'UNKNOWN':
      return EXIT.unknown
  }
}
