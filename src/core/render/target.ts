import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster } from '../hosts/cluster.js'
import { renderAnsible } from './ansible/ansible.js'
import { renderCluster } from './cluster.js'
import type { RenderedFile } from './file.js'

/** For whom files are generated: an operator with one of the two tools, or Ansible. */
export const TARGETS = ['ipvsadm', 'keepalived', 'ansible'] as const
export type Target = (typeof TARGETS)[number]

/** The cluster with the manager that a target stands for, whatever the drawing says. */
export function clusterFor(cluster: Cluster, target: Target): Cluster {
  const { topology } = cluster
  return target === 'ansible' || topology.manage.director === target
    ? cluster
    : deriveCluster({ ...topology, manage: { ...topology.manage, director: target } })
}

export function renderTarget(cluster: Cluster, target: Target): RenderedFile[] {
  return target === 'ansible' ? renderAnsible(cluster) : renderCluster(cluster)
}
