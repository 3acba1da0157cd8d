import { stringify } from 'yaml'
import type { Cluster } from '../../hosts/cluster.js'
import { tableOfCluster } from '../../hosts/marks.js'
import { deployedHosts } from '../../plan/plan.js'
import type { SshSettings } from '../../topology/types.js'
import { bootFiles, modulesFile, sysctlFile } from '../boot.js'
import { pathPart } from '../file.js'
import type { RenderedFile } from '../file.js'
import { settingText } from '../host-readme.js'
import { upScript } from '../script.js'
import { hostWork } from '../work.js'
import type { HostWork } from '../work.js'
import { ansibleReadme } from './readme.js'
import { ROLE } from './role.js'
import { ansibleSetting, speaks } from './settings.js'

/** The cluster for fleets that Ansible drives: inventory, playbook, a role, and what each host gets as its variables. */
export function renderAnsible(cluster: Cluster): RenderedFile[] {
  const name = pathPart(cluster.topology.name ?? 'unnamed')
  const works = deployedHosts(cluster)
    .filter(({ needs }) => needs.length > 0)
    .map(hostWork)
  return [
    ansibleReadme(name),
    { path: 'ansible.cfg', content: '[defaults]\ninventory = inventory.yml\nroles_path = roles\n' },
    { path: 'inventory.yml', content: document(inventory(works)) },
    { path: 'site.yml', content: PLAYBOOK },
    ...ROLE,
    ...works.flatMap((work) => hostFiles(work, name)),
  ]
}

/** Real servers before directors, the backup of a pair before the active one. */
function inventory(works: readonly HostWork[]): unknown {
  const hosts = (of: readonly HostWork[]) =>
    Object.fromEntries(of.map(({ model }) => [model.name, connection(model.drawn.ssh)]))
  const directors = works.filter(({ onDirector }) => onDirector)
  return {
    all: {
      children: {
        lvs_real_servers: { hosts: hosts(works.filter(({ onDirector }) => !onDirector)) },
        lvs_directors: { hosts: hosts(directors.toReversed()) },
      },
    },
  }
}

/** What `~/.ssh/config` does not say, in the words of Ansible. */
function connection(ssh: SshSettings | undefined): Record<string, unknown> {
  const { address, user, port, jump, sudo } = ssh ?? {}
  return {
    ...(address === undefined ? {} : { ansible_host: address }),
    ...(user === undefined ? {} : { ansible_user: user }),
    ...(port === undefined ? {} : { ansible_port: port }),
    ...(jump === undefined ? {} : { ansible_ssh_common_args: `-J ${jump}` }),
    ...(sudo === true ? { ansible_become: true } : {}),
  }
}

/** Directors one at a time: the services go on through the other of a pair. */
const PLAYBOOK = `---
- name: Set up the real servers
  hosts: lvs_real_servers
  serial: "{{ lvs_batch | default('25%') }}"
  any_errors_fatal: true
  gather_subset: ["!all", "!min", service_mgr]
  roles:
    - role: lvs

- name: Set up the directors
  hosts: lvs_directors
  serial: 1
  any_errors_fatal: true
  gather_subset: ["!all", "!min", service_mgr]
  roles:
    - role: lvs
`

function hostFiles(work: HostWork, name: string): RenderedFile[] {
  const { model } = work
  const folder = pathPart(model.name)
  const below = (file: string) => `roles/lvs/files/${folder}/${file}`
  const keepalived = model.needs.flatMap(({ need }) => (need.kind === 'keepalived' ? [need.text] : []))
  const steps = work.up.flatMap((group) => group.steps)
  const boot = bootFiles(work, name).map(({ path, content }) => ({
    path: path.slice(folder.length + 1),
    content,
  }))
  const variables = {
    lvs_name: name,
    lvs_keepalived: keepalived.length > 0,
    lvs_own_addresses: [...model.before.interfaces.values()]
      .filter((own) => own.name !== 'lo')
      .flatMap((own) =>
        own.addresses.map(({ address }) => ({
          title: `${address} on ${own.name}`,
          look: speaks('ip', '-o', 'address', 'show', 'dev', own.name, 'to', address),
        })),
      ),
    lvs_files: boot
      .filter(({ path }) => path === modulesFile(name) || path === sysctlFile(name))
      .map(({ path }) => ({ src: path, dest: `/etc/${path}`, mode: '0644' })),
    lvs_settings: steps.flatMap((step) => {
      return ansibleSetting(step, settingText(step), tableOfCluster(name)) ?? []
    }),
  }
  return [
    { path: `host_vars/${folder}.yml`, content: document(variables) },
    ...boot.map(({ path, content }) => ({ path: below(path), content })),
    ...keepalived.map((content) => ({ path: below('keepalived.conf'), content })),
    { path: below('up.sh'), content: `${upScript(work, name).join('\n')}\n`, executable: true as const },
  ]
}

/** As Ansible's own style has it. No value of a drawing can be taken for a template: none of its words has a brace. */
function document(value: unknown): string {
  return `---\n${stringify(value, { lineWidth: 0, indentSeq: true, aliasDuplicateObjects: false, version: '1.1' })}`
}
