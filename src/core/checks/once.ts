import type { Cluster } from '../hosts/cluster.js'

/** A derivation that is made once for each cluster, however many rules ask for it. */
export function oncePerCluster<T>(derive: (cluster: Cluster) => T): (cluster: Cluster) => T {
  const known = new WeakMap<Cluster, { readonly value: T }>()
  return (cluster) => {
    const held = known.get(cluster) ?? { value: derive(cluster) }
    known.set(cluster, held)
    return held.value
  }
}
