import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, writeJson } from '../io.js'
import { openTopology, requireSound } from '../open-topology.js'
import { reachFrom } from '../reach.js'

const USAGE = 'verify FILE [--ssh-config F] [--json]'

export const verify: Command = {
  name: 'verify',
  usage: USAGE,
  summary: 'read the hosts back, and prove every service with a connection that the director knows of',
  run: async (argv, io) => {
    const args = readArguments(argv, { 'ssh-config': 'value', json: 'flag' }, USAGE)
    const opened = await openTopology(oneWord(args, USAGE))
    requireSound(opened, io)
    const { verifyCluster } = await import('../../remote/deploy/verify.js')
    const { outcome, hosts, services } = await verifyCluster(opened.cluster, {
      ...(await reachFrom(io, args.value('ssh-config'))),
      tell: (message) => {
        io.err(`${message}\n`)
      },
    })
    if (args.flag('json')) writeJson(io, { outcome, hosts, services })
    else {
      for (const { host, outcome: each, detail } of hosts) io.out(`${each.padEnd(7)} ${host}: ${detail}\n`)
      for (const { service, outcome: each, detail } of services) {
        io.out(`${each.padEnd(7)} service ${service}: ${detail}\n`)
      }
    }
    return outcome === 'PASSED' ? EXIT.holds : outcome === 'FAILED' ? EXIT.doesNotHold : EXIT.unknown
  },
}
