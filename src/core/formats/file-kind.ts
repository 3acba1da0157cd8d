/** What can be checked: the language of a file. */
export const FILE_KINDS = ['topology', 'keepalived', 'ipvsadm', 'ldirectord'] as const
export type FileKind = (typeof FILE_KINDS)[number]

/** Words that begin a line of the one language and of no other. */
const KEEPALIVED =
  /^[ \t]*(?:virtual_server(?:_group)?|real_server|vrrp_(?:instance|script|sync_group)|global_defs|static_(?:ipaddress|routes|rules))\b/m
const IPVSADM =
  /^[ \t]*(?:(?:\/\S*\/)?ipvsadm[ \t]+)?(?:-[AaC][tufC]?|--add-service|--add-server)(?:[ \t]|$)/m
const LDIRECTORD = /^virtual6?[ \t]*=/m
/** Enough to tell, also of a very large file. */
const LOOKED_AT = 200_000

/** What a file is, told by its name, and else by what stands in it. */
export function fileKind(name: string, text: string): FileKind {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).toLowerCase()
  if (/\.ya?ml$/.test(base)) return 'topology'
  if (/^keepalived.*\.conf$/.test(base)) return 'keepalived'
  if (/^ldirectord.*\.cf$/.test(base)) return 'ldirectord'
  if (/^ipvsadm(?:\.rules|\.save|-rules)?$|\.ipvs(?:adm)?$/.test(base)) return 'ipvsadm'
  const begin = text.slice(0, LOOKED_AT)
  if (LDIRECTORD.test(begin)) return 'ldirectord'
  if (KEEPALIVED.test(begin)) return 'keepalived'
  if (IPVSADM.test(begin)) return 'ipvsadm'
  return 'topology'
}
