import { printRules } from '../formats/ipvsadm.js'
import type { Cluster } from '../hosts/cluster.js'
import { deployedHosts } from '../plan/plan.js'
import { STAGES } from '../plan/step.js'
import { bootFiles } from './boot.js'
import { clusterReadme } from './cluster-readme.js'
import { fileOf, pathPart } from './file.js'
import type { RenderedFile } from './file.js'
import { hostReadme } from './host-readme.js'
import { downScript, upScript } from './script.js'
import { oneLine } from './text.js'
import { hostWork } from './work.js'
import type { HostWork } from './work.js'

/**
 * The cluster as files that an operator can use without this program: a README.txt for the whole, and for every
 * host that needs something a folder with scripts for now, files for booting, and a README.txt. Total: a drawing with
 * errors is rendered as far as it goes.
 */
export function renderCluster(cluster: Cluster): RenderedFile[] {
  // A name that is missing is a finding; the files still need one.
  const name = cluster.topology.name ?? 'unnamed'
  const works = deployedHosts(cluster)
    .filter(({ needs }) => needs.length > 0)
    .map(hostWork)
    .map((work) => ({ work, stage: stageIndex(work) }))
    .sort((a, b) => a.stage - b.stage)
    .map(({ work }) => work)
  // A host's page names those of the other kind; that must not cost as much as there are hosts.
  const names = (onDirector: boolean) =>
    works.filter((work) => work.onDirector === onDirector).map(({ model }) => oneLine(model.name))
  const [directors, realServers] = [names(true), names(false)]
  return [
    clusterReadme(works, cluster, name),
    ...works.flatMap((work) => hostFiles(work, work.onDirector ? realServers : directors, cluster, name)),
  ]
}

/** Where a deployment has the host's building steps among the stages it runs across hosts. */
function stageIndex({ up }: HostWork): number {
  const [first] = up.flatMap(({ steps }) => steps)
  return first === undefined ? -1 : STAGES.indexOf(first.stage)
}

function hostFiles(
  work: HostWork,
  others: readonly string[],
  cluster: Cluster,
  name: string,
): RenderedFile[] {
  const folder = pathPart(work.model.name)
  const readme = hostReadme(work, others, cluster, name)
  const { needs, state } = work.model
  const keepalived = needs.flatMap(({ need }) => (need.kind === 'keepalived' ? [need.text] : []))
  const rules = keepalived.length > 0 ? '' : printRules(state.virtualServices)
  return [
    readme,
    fileOf(upScript(work, name), `${folder}/up.sh`, { executable: true }),
    fileOf(downScript(work, name), `${folder}/down.sh`, { executable: true }),
    ...bootFiles(work, name),
    ...keepalived.map((content) => ({ path: `${folder}/keepalived.conf`, content })),
    ...(rules === '' ? [] : [{ path: `${folder}/ipvsadm.rules`, content: rules }]),
  ]
}
