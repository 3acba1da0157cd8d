import { joined, say } from '../speech/say.js'
import type { HostModel } from '../hosts/cluster.js'
import type { InterfaceManager } from '../hosts/managers.js'
import type { ObservedHost, OwnedEntry } from '../hosts/observe.js'
import type { Setting } from './setting.js'
import { ABSENT, observedState } from './setting.js'

/** What of ours is on one interface: addresses with their prefix, and default routes by family. */
interface Ours {
  readonly addresses: readonly string[]
  readonly routes: readonly { readonly family: string; readonly via: string }[]
}

/**
 * What a manager of networks would take away some day, since it does not know of it, and what to tell it. One line an
 * interface, without full stop. Nothing is said of an interface that nobody manages, or whose manager knows already.
 */
export function managerNotes(
  model: HostModel,
  live: ObservedHost,
  { wanted, owned }: { readonly wanted: readonly Setting[]; readonly owned: readonly OwnedEntry[] },
): string[] {
  const ownedKeys = new Set(owned.map(({ kind, key }) => `${kind} ${key}`))
  const ours = wanted.filter(({ kind, key }) => ownedKeys.has(`${kind} ${key}`))
  return [...live.managers].flatMap(([name, manager]) =>
    manager.by === 'systemd-networkd'
      ? networkdNote(name, manager, oursOn(name, [...ours, ...movingAddresses(model)]))
      : networkManagerNote(
          name,
          manager,
          oursOn(
            name,
            ours.filter((setting) => isMissing(setting, live)),
          ),
        ),
  )
}

/** Once it is there, it cannot be told whether the connection has it too. */
function isMissing({ kind, key }: Setting, live: ObservedHost): boolean {
  return observedState(live, kind, key) === ABSENT || kind === 'route'
}

/** What VRRP moves is no setting, and on the interface all the same. */
function movingAddresses({ needs }: HostModel): Setting[] {
  return needs.flatMap(({ need }) =>
    need.kind === 'address' && need.moves
      ? [{ kind: 'address', key: `${need.interface} ${need.address}/${need.prefix}`, state: 'present' }]
      : [],
  )
}

function oursOn(name: string, settings: readonly Setting[]): Ours {
  return {
    addresses: settings.flatMap(({ kind, key }) => {
      const [device, address = ''] = key.split(' ')
      return kind === 'address' && device === name ? [address] : []
    }),
    routes: settings.flatMap(({ kind, key, state }) => {
      const [, via, device] = /^default via (\S+) dev (\S+)/.exec(state) ?? []
      return kind === 'route' && via !== undefined && device === name ? [{ family: key, via }] : []
    }),
  }
}

/** A director may have thousands of addresses: as many as one reads are named. */
const MOST_NAMED = 3

function inWords({ addresses, routes }: Ours): string {
  const more = addresses.length - MOST_NAMED
  return joined([
    ...addresses.slice(0, MOST_NAMED),
    ...(more > 0 ? [say`${more} more address${more === 1 ? '' : 'es'}`] : []),
    ...routes.map(({ family }) => say`the IPv${family} default route`),
  ])
}

function networkdNote(
  name: string,
  { file, keepsAddresses, keepsRoutes }: Extract<InterfaceManager, { by: 'systemd-networkd' }>,
  { addresses, routes }: Ours,
): string[] {
  const lost: Ours = {
    addresses: addresses.filter(
      (address) => !(keepsAddresses === 'all' || (keepsAddresses === 'static' && !address.includes(':'))),
    ),
    routes: keepsRoutes ? [] : routes,
  }
  const tell = [
    ...(lost.addresses.length > 0
      ? [say`KeepConfiguration=yes to /etc/systemd/network/${file}.d/lvs.conf`]
      : []),
    ...(lost.routes.length > 0 ? [say`ManageForeignRoutes=no to /etc/systemd/networkd.conf.d/lvs.conf`] : []),
  ]
  if (tell.length === 0) return []
  return [
    say`systemd-networkd manages ${name} and takes ${inWords(lost)} off when it configures it anew (netplan apply, networkctl reload; older versions also when an update restarts it); to keep that, add below [Network] ${joined(tell)}, then: systemctl restart systemd-networkd`,
  ]
}

function networkManagerNote(
  name: string,
  { connection }: Extract<InterfaceManager, { by: 'NetworkManager' }>,
  ours: Ours,
): string[] {
  const add = [
    ...ours.addresses
      .slice(0, MOST_NAMED)
      .map((address) => `+ipv${address.includes(':') ? 6 : 4}.addresses ${address}`),
    ...ours.routes.map(({ family, via }) => `ipv${family}.gateway ${via}`),
  ]
  if (add.length === 0) return []
  const commands = `nmcli connection modify '${connection.replaceAll("'", "'\\''")}' ${add.join(' ')}${ours.addresses.length > MOST_NAMED ? ' …' : ''}; nmcli device reapply ${name}`
  return [
    say`NetworkManager manages ${name} and takes ${inWords(ours)} off when it activates or reapplies its connection; to keep that, add it there before deploying: ${commands}`,
  ]
}
