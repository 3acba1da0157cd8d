import { join } from 'node:path'
import { disagreements } from '../../core/hosts/keepalived/agreement.js'
import { TARGETS, clusterFor, renderTarget } from '../../core/render/target.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { writeGeneratedFolder } from '../generated-folder.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import { openTopology, requireSound } from '../open-topology.js'

const USAGE = 'generate FILE --out DIR [--target ipvsadm|keepalived|ansible] [--json]'

export const generate: Command = {
  name: 'generate',
  usage: USAGE,
  summary: 'what each host gets, as a folder a host',
  run: async (argv, io) => {
    const args = readArguments(argv, { out: 'value', target: 'value', json: 'flag' }, USAGE)
    const file = oneWord(args, USAGE)
    const out = args.value('out')
    if (out === undefined) throw new UsageError(`--out says where to write\nusage: lvs-designer ${USAGE}`)
    const asked = args.value('target')
    const known = TARGETS.find((each) => each === asked)
    if (asked !== undefined && known === undefined) {
      throw new UsageError(`--target takes one of ${TARGETS.join(', ')}, not "${asked}"`)
    }
    const opened = await openTopology(file)
    requireSound(opened, io)
    const target = known ?? opened.cluster.topology.manage.director
    const cluster = clusterFor(opened.cluster, target)
    const [wrong] = disagreements(cluster)
    if (wrong !== undefined) {
      throw new UsageError(
        `the keepalived.conf of ${wrong.host} would not say what is drawn: ${wrong.reason}; nothing was written`,
      )
    }
    const files = renderTarget(cluster, target)
    await writeGeneratedFolder(out, files)
    if (args.flag('json')) writeJson(io, { out, files: files.map(({ path }) => path) })
    else io.out(`${files.map(({ path }) => join(out, path)).join('\n')}\n`)
    return EXIT.holds
  },
}
