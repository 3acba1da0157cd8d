import type { HostModel } from '../hosts/cluster.js'
import { confKey, effectiveSetting } from '../hosts/sysctl.js'
import { pinsOf } from './pins.js'
import type { Pin } from './pins.js'

/** Strict reverse path filtering: max(conf.all, the interface's) is exactly 1 (RFC 3704 3.1). */
export function filtersStrictly(host: HostModel, interfaceName: string): boolean {
  return effectiveSetting(host.state, 'rp_filter', interfaceName) === 1
}

/**
 * The pin that makes it so: the interface's own, for which 2 is derived once it is not pinned and 2 beats any `all`;
 * where the interface's is 0, the 1 on `all`.
 */
export function strictPin(host: HostModel, interfaceName: string): Pin | undefined {
  const pins = pinsOf(host, [confKey(4, interfaceName, 'rp_filter'), confKey(4, 'all', 'rp_filter')])
  return pins.find(({ value }) => value === 1)
}
