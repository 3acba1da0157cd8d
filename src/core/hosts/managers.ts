/**
 * Who else sets addresses and routes on an interface, and whether they leave alone what they do not know of. systemd-networkd
 * takes such away when it configures a link anew (link_drop_foreign_config), unless it is told not to: addresses by
 * KeepConfiguration= of its .network file, routes by ManageForeignRoutes= of networkd.conf; NetworkManager when it activates
 * or reapplies a connection.
 */
export type InterfaceManager =
  | {
      readonly by: 'systemd-networkd'
      /** Its .network file, without folder. */
      readonly file: string
      /** KeepConfiguration=: all, or only what has no lifetime, or nothing. */
      readonly keepsAddresses: 'all' | 'static' | 'none'
      readonly keepsRoutes: boolean
    }
  | { readonly by: 'NetworkManager'; readonly connection: string }

/** Sections of the probe: `PATH:KEY=VALUE` of networkd, with a link by its number, and lines of nmcli. */
export function readManagers(
  networkd: readonly string[],
  networkManager: readonly string[],
  nameOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, InterfaceManager> {
  const managers = new Map<string, InterfaceManager>()
  for (const line of networkManager) {
    const [, device, state, connection] = /^([^:\\]+):([^:\\]+):(.*)$/.exec(line) ?? []
    if (device === undefined || state === undefined || connection === undefined) continue
    // What it has found configured by others it leaves to them.
    if (!/^connect(ed|ing)\b/.test(state) || state.includes('externally') || connection === '') continue
    managers.set(device, { by: 'NetworkManager', connection: connection.replaceAll(/\\(.)/g, '$1') })
  }
  const entries = networkd.flatMap((line) => {
    const [, path, key, value] = /^([^:]+):([A-Za-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    return path === undefined || key === undefined || value === undefined ? [] : [{ path, key, value }]
  })
  // The last that says it counts: drop-ins come after the file, those of /etc after all others.
  const told = (name: string, wanted: string) =>
    entries.findLast(
      ({ path, key }) => key === wanted && (path.endsWith(`/${name}`) || path.includes(`/${name}.d/`)),
    )?.value
  const managed = new Set(entries.filter(({ key }) => key === 'ADMIN_STATE').map(({ path }) => path))
  for (const { path, key, value } of entries) {
    const name = nameOf.get(path.slice(path.lastIndexOf('/') + 1))
    if (key !== 'NETWORK_FILE' || name === undefined || !managed.has(path)) continue
    const file = value.slice(value.lastIndexOf('/') + 1)
    const keep = told(file, 'KeepConfiguration') ?? ''
    managers.set(name, {
      by: 'systemd-networkd',
      file,
      keepsAddresses: YES.test(keep) ? 'all' : keep === 'static' ? 'static' : 'none',
      keepsRoutes: NO.test(told('networkd.conf', 'ManageForeignRoutes') ?? ''),
    })
  }
  return managers
}

/** systemd.syntax(7). */
const YES = /^(1|yes|y|true|t|on)$/i
const NO = /^(0|no|n|false|f|off)$/i
