import { toSay } from '../speech/say.js'
import { defaulted, integer, mapOf, matching, object, optional, required } from './grammar.js'
import type { Grammar } from './grammar.js'
import type { JsonSchema } from './json-schema.js'
import { host } from './keys/host.js'
import { NOTHING_PLACED, layout } from './keys/layout.js'
import { network } from './keys/network.js'
import { SCRIPT_USER, manage, vrrp } from './keys/management.js'
import { service } from './keys/service.js'
import { hostName, plainName } from './keys/values.js'
import { CLUSTER_NAME } from './names.js'
import type { Topology } from './types.js'

/** The version of the format this grammar reads; the file says it under `lvs`. */
export const FORMAT_VERSION = 1

/** The grammar of a topology file. */
export const TOPOLOGY_FILE: Grammar<Topology> = object({
  lvs: required(
    integer(1, 1_000_000, toSay`1, the version of this format`),
    'The version of this format: 1.',
  ),
  name: required(
    matching(CLUSTER_NAME, toSay`a name of letters, digits, dots and dashes`),
    'The name of the cluster; also names what it owns on hosts, so keep it stable.',
  ),
  networks: defaulted(mapOf(plainName, network), new Map(), 'L2 segments by name.'),
  hosts: defaulted(mapOf(hostName, host), new Map(), 'Hosts by name.'),
  services: defaulted(mapOf(plainName, service), new Map(), 'Virtual services by name.'),
  manage: defaulted(
    manage,
    { director: 'ipvsadm', scriptUser: SCRIPT_USER },
    'What keeps the IPVS table on the directors.',
  ),
  vrrp: optional(vrrp, 'An active/backup pair of directors; needs keepalived.'),
  layout: defaulted(
    layout,
    NOTHING_PLACED,
    'Where things were moved on the canvas; written only when a person moves something.',
  ),
})

/** The JSON Schema of a topology file, for editors that know nothing else of us. */
export function topologySchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'LVS topology',
    description:
      'A Linux Virtual Server cluster, version 1 of the format. Made from the grammar of LVS Designer.',
    ...TOPOLOGY_FILE.schema,
  }
}
