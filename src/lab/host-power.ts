import { say } from '../core/speech/say.js'
import { cacheFolder, labFiles } from './folders.js'
import { labStatus, MACHINE_HOST, type LabOptions } from './lab.js'
import { LabError } from './lab-error.js'
import { tryRun } from './run.js'

/** `stop` shuts down in order, `cut` is a power cut; the disk is kept either way. */
export type PowerAction = 'start' | 'stop' | 'cut' | 'restart' | 'status'

/**
 * The power switch of one host. Does not wait until a started host answers.
 * @returns for `status` whether it is `running` or `off`
 */
export async function hostPower(
  lab: string,
  host: string,
  action: PowerAction,
  options: LabOptions = {},
): Promise<string> {
  const [status] = await labStatus(lab, options)
  if (status?.state !== 'running') {
    throw new LabError(
      'not-running',
      say`The lab '${lab}' is not running. Start it with lvs-designer lab up.`,
    )
  }
  if (!status.lab.hosts.has(host))
    throw new LabError('host-power', say`There is no host '${host}' in the lab '${lab}'.`)
  const config = labFiles(options.cache ?? cacheFolder(), lab).machineConfig
  const command = ['-F', config, '-o', 'BatchMode=yes', MACHINE_HOST, `/lab/bin/host ${action} ${host}`]
  const result = await tryRun('ssh', command, { signal: options.signal })
  if (result.status === 0) return result.stdout.trim()
  throw new LabError('host-power', say`'${action}' did not work for ${host}: ${result.tail}`)
}
