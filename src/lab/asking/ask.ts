import { say } from '../../core/speech/say.js'
import captureProgram from '../guest/capture.pl'
import askProgram from '../guest/ask.pl'
import type { LabOptions } from '../lab.js'
import { onMachine } from '../on-machine.js'
import type { LabSpec } from '../spec.js'
import { parseAnswers } from './answers.js'
import type { LabAnswers } from './answers.js'
import { askingJob } from './job.js'
import type { Asking } from './job.js'

/**
 * Sends requests from hosts of a running lab, one after the other, and captures on every drawn network meanwhile. A
 * request that nobody answers takes seven seconds.
 */
export async function askInLab(
  spec: LabSpec,
  asking: Asking,
  { onProgress, ...options }: LabOptions = {},
): Promise<LabAnswers> {
  const job = askingJob(spec, asking)
  const { requests } = asking
  // perl reads the program from standard input to __END__, and the program reads on from there.
  const input = `${captureProgram}\n${askProgram}\n__END__\n${job.text}`
  const output = await onMachine(spec.name, 'exec perl -', input, {
    ...options,
    onLine: (line) => {
      const [word, number, state = '', , server] = line.split(' ')
      const request = word === 'request' ? requests[Number(number)] : undefined
      if (request === undefined) return
      const { client, protocol, address, port } = request
      const by = server === '-' ? '' : say` by ${server ?? ''}`
      onProgress?.(
        say`${client} asked ${protocol} ${address} port ${port}: ${state}${by} (${Number(number) + 1} of ${requests.length})`,
      )
    },
  })
  return parseAnswers(output, job)
}
