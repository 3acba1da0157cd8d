import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { disagreements } from '../../core/hosts/keepalived/agreement.js'
import { TARGETS, clusterFor, renderTarget } from '../../core/render/target.js'
import type { RenderedFile } from '../../core/render/file.js'
import { FOLDER_MARK } from '../../core/render/folder-mark.js'
import { oneWord, readArguments } from '../arguments.js'
import type { Command } from '../command.js'
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
    await writeFolder(out, files)
    if (args.flag('json')) writeJson(io, { out, files: files.map(({ path }) => path) })
    else io.out(`${files.map(({ path }) => join(out, path)).join('\n')}\n`)
    return EXIT.holds
  },
}

/** Writes beside the target and moves it there, so that what stands in the target is always whole. */
async function writeFolder(out: string, files: readonly RenderedFile[]): Promise<void> {
  const target = resolve(out)
  const found = await readdir(target).catch(() => undefined)
  if (found !== undefined && found.length > 0 && !found.includes(FOLDER_MARK.name)) {
    throw new UsageError(`${out} holds other files; name a new or empty folder`)
  }
  const fresh = `${target}.new-${process.pid}`
  try {
    await mkdir(fresh, { recursive: true })
    await writeFile(join(fresh, FOLDER_MARK.name), FOLDER_MARK.content)
    for (const { path, content, executable = false } of files) {
      const place = join(fresh, path)
      await mkdir(dirname(place), { recursive: true })
      await writeFile(place, content)
      if (executable) await chmod(place, 0o755)
    }
    await rm(target, { recursive: true, force: true })
    await rename(fresh, target)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw new UsageError(`cannot write ${out}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
