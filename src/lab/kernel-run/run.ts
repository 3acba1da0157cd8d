import captureProgram from '../guest/capture.pl'
import runProgram from '../guest/kernel-run.pl'
import { labUp } from '../lab.js'
import type { Lab, LabOptions } from '../lab.js'
import { onMachine } from '../on-machine.js'
import { jobOf } from './job.js'
import type { KernelCase } from './job.js'
import { parseResults } from './results.js'
import type { KernelResult } from './results.js'

/** A lab whose machine is wanted for its kernel; its one host does nothing. */
export function kernelUp(name: string, options: LabOptions = {}): Promise<Lab> {
  return labUp(
    {
      name,
      networks: [],
      hosts: [{ name: 'idle', interfaces: [], routes: [], sysctls: [], listens: [], drops: [] }],
    },
    { ...options, memory: MEMORY },
  )
}

/** MiB: a thousand namespaces, each with the tables of IPVS and its tunnel devices. */
const MEMORY = 2560

/**
 * Loaded before namespaces come and go: now and then 6.1 does not let go of one ("unregister_netdevice: waiting for eth0 to
 * become free"), and a module that registers with every namespace, as a first socket of SCTP would have it loaded, then
 * waits for good, and the next namespaces wait for it.
 */
const MODULES = 'modprobe -q sctp'

/** Runs clusters side by side in namespaces of a lab's machine; nothing of them is left afterwards. */
export async function runCases(
  lab: string,
  cases: readonly KernelCase[],
  options: LabOptions = {},
): Promise<Map<string, KernelResult>> {
  const job = jobOf(cases)
  // perl reads the program from standard input to __END__, and the program reads on from there.
  const input = `${captureProgram}\n${runProgram}\n__END__\n${job.text}`
  const output = await onMachine(lab, `${MODULES}; ulimit -n 65536; exec perl -`, input, {
    ...options,
    onLine: (line) => {
      if (line.startsWith('time ')) options.onProgress?.(line)
    },
  })
  return parseResults(output, job)
}
