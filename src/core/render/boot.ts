import { confKey } from '../hosts/sysctl.js'
import { STANDING_DEVICES } from '../hosts/tunnels.js'
import { fileOf, pathPart } from './file.js'
import type { RenderedFile } from './file.js'
import { comment } from './shell.js'
import { oneLine } from './text.js'
import type { HostWork } from './work.js'
import { keysOf } from './work.js'

/** What brings modules and sysctls back at boot; addresses, routes and IPVS rules come back with up.sh. */
export function bootFiles(work: HostWork, cluster: string): RenderedFile[] {
  const folder = pathPart(work.model.name)
  const modules = entries(
    work,
    ({ kind }) => kind === 'module',
    ({ key }) => key,
  )
  // Those of a device that up.sh makes cannot be set before it: up.sh sets them.
  const made = keysOf(work, 'tunnel-device').map((device) => confKey(4, device, ''))
  const sysctls = entries(
    work,
    ({ kind, key }) => kind === 'sysctl' && !made.some((start) => key.startsWith(start)),
    ({ key, after }) => `${key} = ${after}`,
  )
  const modulesPath = modulesFile(cluster)
  const sysctlPath = sysctlFile(cluster)
  const files: RenderedFile[] = []
  if (modules.length > 0) {
    files.push(
      fileOf(
        [
          ...comment(
            `${work.model.name}, LVS cluster ${cluster}: kernel modules to load at boot. Goes to /etc/${modulesPath}.`,
          ),
          ...modules,
        ],
        `${folder}/${modulesPath}`,
      ),
    )
  }
  if (sysctls.length > 0) {
    const late = work.up
      .flatMap(({ steps }) => steps)
      .filter(({ kind, key }) => kind === 'sysctl' && needsModule(key))
    files.push(
      fileOf(
        [
          ...comment(
            `${work.model.name}, LVS cluster ${cluster}: settings of the kernel at boot. Goes to /etc/${sysctlPath}; now: sysctl -p /etc/${sysctlPath}. A file sorted later (99-*) that says otherwise wins.`,
          ),
          ...(late.length === 0
            ? []
            : comment(
                `${late.map(({ key }) => key).join(', ')}: there only once the module is loaded, so install ${modulesPath} as well. systemd loads modules before it reads this.`,
              )),
          ...sysctls,
        ],
        `${folder}/${sysctlPath}`,
      ),
    )
  }
  return files
}

export function modulesFile(cluster: string): string {
  return `modules-load.d/lvs-${pathPart(cluster)}.conf`
}

export function sysctlFile(cluster: string): string {
  return `sysctl.d/90-lvs-${pathPart(cluster)}.conf`
}

/** A key that does not exist before a module of ours is loaded (SYSCTL-MODULE). */
function needsModule(key: string): boolean {
  return (
    key.startsWith('net.ipv4.vs.') ||
    STANDING_DEVICES.some((device) =>
      ([4, 6] as const).some((family) => key.startsWith(confKey(family, device, ''))),
    )
  )
}

type Step = HostWork['up'][number]['steps'][number]

function entries(work: HostWork, wanted: (step: Step) => boolean, line: (step: Step) => string): string[] {
  return work.up.flatMap(({ reason, steps }) => {
    const ofKind = steps.filter(wanted)
    return ofKind.length === 0 ? [] : ['', ...comment(reason), ...ofKind.map((step) => oneLine(line(step)))]
  })
}
