import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveCluster } from '../../src/core/hosts/cluster.js'
import { observeHost } from '../../src/core/hosts/observe.js'
import { makePlan } from '../../src/core/plan/plan.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import { HELPER_TEXT } from '../../src/remote/host/helper-text.js'
import { startSystemdHost, systemdAvailable } from './systemd-host.js'
import type { SystemdHost } from './systemd-host.js'

const NETWORK_FILE = '/etc/systemd/network/10-netplan-eth0.network'
/** A director of the one sample, a real server of the other. */
const CONFIGURATION =
  '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.2/24\nAddress=10.0.0.11/24\nGateway=10.0.0.254\nIPv6AcceptRA=no\n'
const OURS = [
  'ip address replace 192.0.2.100/32 dev eth0',
  'ip address replace 2001:db8:1::100/128 dev eth0 nodad preferred_lft 0',
  'ip route replace default via 10.0.0.1 dev eth0',
].join('; ')

/** systemd-networkd itself, which takes what it does not know of off when it configures a link anew. */
describe.skipIf(!systemdAvailable)('a host whose interface systemd-networkd manages', () => {
  let host: SystemdHost
  beforeAll(async () => {
    host = await startSystemdHost({
      files: { [NETWORK_FILE.slice(1)]: CONFIGURATION },
      plugIn: (pid) => {
        spawnSync('nsenter', ['-t', String(pid), '-n', 'ip', '-batch', '-'], {
          input: 'link add eth0 type veth peer name far0\nlink set far0 up\n',
        })
      },
    })
    // Where it may write to /sys it waits for udev, which is not here.
    host.on(`chmod 755 /etc/systemd/network; chmod 644 ${NETWORK_FILE}; mount -o remount,bind,ro /sys`)
    host.on('systemctl start systemd-networkd')
    await there('10.0.0.11')
  }, 120_000)
  afterAll(async () => {
    await host.stop()
  })

  async function there(address: string, isThere = true) {
    while (host.on('ip -o -4 address show dev eth0').includes(` ${address}/`) !== isThere) await sleep(100)
  }
  const state = () => [
    host.on('ip -o -4 address show dev eth0').includes(' 192.0.2.100/32 '),
    host.on('ip -o -6 address show dev eth0').includes(' 2001:db8:1::100/128 '),
    host.on('ip -4 route show default').includes('via 10.0.0.1 '),
  ]
  /** Lets it configure the link anew, and waits until it has. */
  async function configuredAnew(more: string) {
    host.on(`echo 'Address=${more}/24' >>${NETWORK_FILE}; networkctl reload`)
    await there(more)
  }
  /** What plans say beside their steps, as the host is now. */
  function notes(mode: string, name: string) {
    const call = `sh -c "$(cat <<'HELPER'\n${HELPER_TEXT}\nHELPER\n)" lvs-designer probe ''`
    const live = observeHost(name, host.on(call, 'cluster shop\n--\n'))
    const cluster = deriveCluster(parseTopology(readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')).topology)
    const plan = makePlan(cluster, new Map([[name, live]]), { purpose: 'apply', digest: (text) => text })
    return plan.hosts.flatMap((each) => each.notes)
  }

  it('says what it would take away, and what is to be written where', async () => {
    expect([notes('dr', 'lb1'), notes('nat', 'rs1'), notes('dr', 'rs1')]).toEqual([
      [
        expect.stringMatching(
          /^systemd-networkd manages eth0 and takes 192\.0\.2\.100\/32 and 2001:db8:1::100\/128 off .*KeepConfiguration=yes to \/etc\/systemd\/network\/10-netplan-eth0\.network\.d\/lvs\.conf, then/,
        ),
      ],
      [
        expect.stringMatching(
          /takes the IPv4 default route and the IPv6 default route off .*ManageForeignRoutes=no to \/etc\/systemd\/networkd\.conf\.d\/lvs\.conf, then/,
        ),
      ],
      // The VIP is on lo, which nobody manages.
      [],
    ])
    host.on(OURS)
    expect(state()).toEqual([true, true, true])
    await configuredAnew('10.0.0.12')
    expect(state()).toEqual([false, false, false])
  }, 120_000)

  it('keeps it once that is written, and nothing is said any longer', async () => {
    const told = [...notes('dr', 'lb1'), ...notes('nat', 'rs1')].flatMap((note) => [
      ...note.matchAll(/ (\w+=\w+) to (\/[^ ,]+)/g),
    ])
    expect(told).toHaveLength(2)
    for (const [, setting = '', file = ''] of told) {
      host.on(`mkdir -p ${file.replace(/\/[^/]*$/, '')}; printf '[Network]\\n%s\\n' ${setting} >${file}`)
    }
    host.on(`umask 022; chmod -R a+rX /etc/systemd/network* ; systemctl restart systemd-networkd`)
    await there('10.0.0.12')
    host.on(OURS)
    await configuredAnew('10.0.0.13')
    expect(state()).toEqual([true, true, true])
    expect([notes('dr', 'lb1'), notes('nat', 'rs1')]).toEqual([[], []])
  }, 120_000)

  it('is managed by nobody once it does not run', () => {
    host.on(`rm -r ${NETWORK_FILE}.d; systemctl restart systemd-networkd; systemctl stop systemd-networkd`)
    expect(notes('dr', 'lb1')).toEqual([])
  })
})
