import { say } from '../core/speech/say.js'
import { labSpecOf, vipsOf } from '../lab/from-drawing.js'
import { labDown, labStatus, labUp } from '../lab/index.js'
import type { Lab } from '../lab/index.js'
import type {
  EngineDocument,
  EngineRequestOf,
  LabDownReport,
  LabStatusReport,
  LabUpReport,
  RunningLab,
} from '../protocol/engine.js'
import type { Rehearsal } from '../protocol/rehearsal.js'
import type { EngineCall } from './call.js'
import { openDocument, requireName, requireSound } from './open-document.js'
import type { OpenedDocument } from './open-document.js'
import { EngineRefusal } from './refusal.js'
import { rehearse } from './rehearse.js'

/** Labs that this process is starting or rehearsing in: their folders look like our own to everything that takes down. */
const starting = new Set<string>()

/** The drawn hosts on a real kernel, as they are before deployment. */
export async function labUpRequest(
  { document }: EngineRequestOf<'lab-up'>,
  call: EngineCall,
): Promise<LabUpReport> {
  const opened = openForLab(document, call)
  const lab = await whileStarting(requireName(opened), () =>
    labUp(labSpecOf(opened.cluster), {
      signal: call.signal,
      avoid: vipsOf(opened.cluster),
      onProgress: call.tell,
    }),
  )
  return { kind: 'lab-up', lab: runningLab(lab) }
}

/** The drawn hosts on a real kernel, deployed to and asked, and then no more of them. */
export async function rehearseRequest(
  { document, keep }: EngineRequestOf<'rehearse'>,
  call: EngineCall,
): Promise<Rehearsal> {
  const { signal, tell } = call
  const opened = openForLab(document, call)
  if (opened.cluster.services.length === 0) {
    throw new EngineRefusal(say`${opened.file} has no service, so there is nothing to ask for`)
  }
  return whileStarting(requireName(opened), () =>
    rehearse(opened.cluster, opened.findings, { signal, tell, keep }),
  )
}

function openForLab(document: EngineDocument, { tell }: EngineCall): OpenedDocument {
  const opened = openDocument(document)
  // A drawing that is wrong is welcome here, to see it fail; one that cannot be read is not.
  if (opened.parsed.problems.some(({ code }) => code !== 'KEY-UNKNOWN')) requireSound(opened, tell)
  return opened
}

async function whileStarting<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (starting.has(name))
    throw new EngineRefusal(say`The lab '${name}' is being started already; wait for it`)
  starting.add(name)
  try {
    return await work()
  } finally {
    starting.delete(name)
  }
}

export async function labDownRequest({ document }: EngineRequestOf<'lab-down'>): Promise<LabDownReport> {
  const name = requireName(openDocument(document))
  if (starting.has(name)) {
    throw new EngineRefusal(
      say`The lab '${name}' is being started; cancel that, it takes down what it started`,
    )
  }
  return { kind: 'lab-down', name, existed: await labDown(name) }
}

export async function labStatusRequest({
  document,
}: EngineRequestOf<'lab-status'>): Promise<LabStatusReport> {
  const name = requireName(openDocument(document))
  const [found] = await labStatus(name)
  return {
    kind: 'lab-status',
    name,
    state: found?.state ?? 'stopped',
    ...(found?.state === 'running' ? { lab: runningLab(found.lab) } : {}),
  }
}

function runningLab({ name, sshConfig, hosts, problems }: Lab): RunningLab {
  return { name, sshConfig, hosts: [...hosts.keys()], problems }
}
