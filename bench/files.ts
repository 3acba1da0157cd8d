import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkKeepalived } from '../src/core/checks/keepalived/check.js'
import { NO_FILES } from '../src/core/formats/source-text.js'
import { importTopology } from '../src/core/import/import-topology.js'
import { readSource } from '../src/core/import/read-source.js'
import { runRounds, timed } from './measure.js'
import type { Effort, Figure } from './measure.js'

/** The peer: keepalived's own test of the same file, its start included. */
export const KEEPALIVED = 'keepalived -t'
export const CHECK_FILE = 'keepalived.conf: parse, check'
export const IMPORT_TABLE = 'table of 5,000 services: import'

/** Milliseconds. */
export type FilesFigures = ReadonlyMap<string, Figure>

const EFFORT: Effort = { warmUp: 2, least: 7, most: 30, patienceMs: 5_000 }
const SERVERS = 1_000
const EACH = 10
const SERVICES = 5_000

/** Files people have, as large as they get: a configuration of 10,000 real servers, and a node of Kubernetes. */
export async function timeFiles(signal: AbortSignal): Promise<FilesFigures> {
  const text = configuration()
  const rules = tableOfServices()
  const folder = mkdtempSync(join(tmpdir(), 'lvs-bench-'))
  try {
    const file = join(folder, 'keepalived.conf')
    writeFileSync(file, text)
    const peer = () => spawnSync('keepalived', ['-t', '-f', file], { stdio: 'ignore' }).error
    const installed = peer() === undefined
    return await runRounds(EFFORT, signal, (samples) => {
      if (installed) samples.add(KEEPALIVED, timed(peer).ms)
      const checked = timed(() => checkKeepalived({ name: file, text }, NO_FILES))
      samples.add(CHECK_FILE, checked.ms)
      const wrong = checked.result.findings.find(({ severity }) => severity === 'error')
      if (wrong !== undefined) throw new Error(`the file is wrong (${wrong.code}): ${wrong.message}`)
      const drawn = timed(() => {
        const { directors } = readSource('ipvsadm', { name: 'rules', text: rules }, NO_FILES)
        return importTopology({ directors, hosts: [] })
      })
      samples.add(IMPORT_TABLE, drawn.ms)
      if (drawn.result.services !== SERVICES || drawn.result.notes.length > 0)
        throw new Error(
          `${drawn.result.services} services are drawn, ${drawn.result.notes.length} things are not`,
        )
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function configuration(): string {
  return Array.from({ length: SERVERS }, (_, server) => {
    const real = Array.from({ length: EACH }, (__, index) => {
      const number = server * EACH + index
      return `    real_server 10.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255} ${8000 + server} {\n        weight ${(index % 3) + 1}\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n`
    })
    return `virtual_server 192.0.${server >> 8}.${server & 255} ${1 + server} {\n    delay_loop 6\n    lvs_sched wlc\n    lvs_method NAT\n    protocol TCP\n${real.join('')}}\n`
  }).join('')
}

/** Thousands of services with two pods each, as kube-proxy has them; no pod is in two. */
export function tableOfServices(): string {
  return Array.from({ length: SERVICES }, (_, index) => {
    const place = `${index >> 8}.${index & 255}`
    const vip = `10.96.${place}:443`
    return `-A -t ${vip} -s rr\n-a -t ${vip} -r 10.244.${place}:8443 -m -w 1\n-a -t ${vip} -r 10.245.${place}:8443 -m -w 1\n`
  }).join('')
}
