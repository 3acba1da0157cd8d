import { confKey } from '../hosts/sysctl.js'
import { fileOf, pathPart } from './file.js'
import type { RenderedFile } from './file.js'
import { comment } from './shell.js'
import { oneLine } from './text.js'
import type { HostWork } from './work.js'

/** What brings modules and sysctls back at boot; addresses, routes and IPVS rules come back with up.sh. */
export function bootFiles(work: HostWork, cluster: string): RenderedFile[] {
  const folder = pathPart(work.model.name)
  const modules = entries(work, 'module', ({ key }) => key)
  const sysctls = entries(work, 'sysctl', ({ key, after }) => `${key} = ${after}`)
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
    ['tunl0', 'ip6tnl0'].some((device) =>
      ([4, 6] as const).some((family) => key.startsWith(confKey(family, device, ''))),
    )
  )
}

type Step = HostWork['up'][number]['steps'][number]

function entries(work: HostWork, kind: Step['kind'], line: (step: Step) => string): string[] {
  return work.up.flatMap(({ reason, steps }) => {
    const ofKind = steps.filter((step) => step.kind === kind)
    return ofKind.length === 0 ? [] : ['', ...comment(reason), ...ofKind.map((step) => oneLine(line(step)))]
  })
}
