import { spawn } from 'node:child_process'
import { labSpecOf, vipsOf } from '../../lab/from-drawing.js'
import { LabError, labDown, labStatus, labUp } from '../../lab/index.js'
import type { Lab } from '../../lab/index.js'
import { readArguments } from '../arguments.js'
import type { Command } from '../command.js'
import { EXIT, UsageError, writeJson } from '../io.js'
import type { ExitStatus, Io } from '../io.js'
import { labTest } from './lab-test.js'
import { openTopology, requireFitForLab } from '../open-topology.js'

const USAGE = 'lab up|down|status|ssh|test FILE [HOST [COMMAND...]] [--json] [--keep]'

export const lab: Command = {
  name: 'lab',
  usage: USAGE,
  summary:
    'the drawn hosts as virtual hosts on a real kernel, in their undeployed state; test: deploy to them, ask, compare with the walk',
  run: async (argv, io) => {
    // What follows the host of `lab ssh` belongs to that host's command, options and all.
    const [verb, ...rest] = argv
    if (verb === 'ssh') return await ssh(rest)
    if (verb === 'test') return await labTest(rest, io)
    const args = readArguments(rest, { json: 'flag' }, USAGE)
    const [file, ...more] = args.words
    if (more.length > 0) throw new UsageError(`usage: lvs-designer ${USAGE}`)
    try {
      switch (verb) {
        case 'up':
          return await up(required(file), io, args.flag('json'))
        case 'down':
          return await down(required(file), io)
        case 'status':
          return await status(file, io, args.flag('json'))
        default:
          throw new UsageError(`usage: lvs-designer ${USAGE}`)
      }
    } catch (error) {
      if (error instanceof LabError) throw new UsageError(error.message)
      throw error
    }
  },
}

function required(file: string | undefined): string {
  if (file === undefined) throw new UsageError(`usage: lvs-designer ${USAGE}`)
  return file
}

async function nameOf(file: string): Promise<string> {
  const { cluster } = await openTopology(file)
  const { name } = cluster.topology
  if (name === undefined) throw new UsageError(`${file} has no name, which a lab is known by`)
  return name
}

async function up(file: string, io: Io, json: boolean): Promise<ExitStatus> {
  const opened = await openTopology(file)
  requireFitForLab(opened, io)
  const started = await labUp(labSpecOf(opened.cluster), {
    signal: io.signal,
    avoid: vipsOf(opened.cluster),
    onProgress: (message) => {
      io.err(`${message}\n`)
    },
  })
  for (const problem of started.problems) io.err(`not as drawn: ${problem}\n`)
  if (json) writeJson(io, jsonOf(started))
  else {
    io.out(`The lab ${started.name} is up: ${[...started.hosts.keys()].join(', ')}.\n\n`)
    io.out(`  lvs-designer apply ${file} --ssh-config ${started.sshConfig}\n`)
    io.out(`  lvs-designer lab ssh ${file} HOST\n`)
    io.out(`  lvs-designer lab down ${file}\n`)
  }
  return EXIT.holds
}

async function down(file: string, io: Io): Promise<ExitStatus> {
  const name = await nameOf(file)
  const was = await labDown(name)
  io.out(was ? `The lab ${name} is down; nothing of it is left.\n` : `There was no lab ${name}.\n`)
  return EXIT.holds
}

async function status(file: string | undefined, io: Io, json: boolean): Promise<ExitStatus> {
  const labs = await labStatus(file === undefined ? undefined : await nameOf(file))
  if (json) {
    writeJson(io, {
      labs: labs.map((each) => ({
        name: each.name,
        state: each.state,
        ...(each.state === 'running' ? jsonOf(each.lab) : {}),
      })),
    })
  } else if (labs.length === 0) io.out('no lab is running\n')
  for (const each of json ? [] : labs) {
    io.out(`${each.name}: ${each.state}\n`)
    if (each.state !== 'running') continue
    io.out(`  ssh_config: ${each.lab.sshConfig}\n`)
    for (const [host, { port }] of each.lab.hosts) io.out(`  ${host}: 127.0.0.1 port ${port}\n`)
  }
  return file !== undefined && labs.every(({ state }) => state !== 'running') ? EXIT.doesNotHold : EXIT.holds
}

function jsonOf({ name, sshConfig, directory, accelerator, hosts, problems }: Lab) {
  return {
    name,
    sshConfig,
    directory,
    accelerator,
    hosts: [...hosts].map(([host, { port }]) => ({ host, address: '127.0.0.1', port })),
    problems,
  }
}

async function ssh([file, host, ...command]: readonly string[]): Promise<ExitStatus> {
  if (file === undefined || host === undefined)
    throw new UsageError('usage: lvs-designer lab ssh FILE HOST [COMMAND...]')
  const name = await nameOf(file)
  const [found] = await labStatus(name)
  if (found?.state !== 'running')
    throw new UsageError(`the lab ${name} is not running; start it: lvs-designer lab up ${file}`)
  if (!found.lab.hosts.has(host)) {
    throw new UsageError(
      `the lab ${name} has no host "${host}"; it has ${[...found.lab.hosts.keys()].join(', ')}`,
    )
  }
  const child = spawn('ssh', ['-F', found.lab.sshConfig, host, ...command], { stdio: 'inherit' })
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      reject(new UsageError(`cannot run ssh (${error.message}); install openssh-client`))
    })
    child.once('exit', (status) => {
      resolve(status ?? EXIT.unknown)
    })
  })
  // The command's own status is what the caller wants to see.
  return code as ExitStatus
}
