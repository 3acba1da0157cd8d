import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

/** keepalived gives up a configuration whose interfaces are not there: it gets a network of its own, with two. */
const ROOT = process.getuid?.() === 0
const ALONE =
  'n=0; for nic in eth0 eth1; do ' +
  'ip link add $nic type veth peer name p$nic && ip link set $nic up && ip link set p$nic up; done; ' +
  'ip address add 192.0.2.1/24 dev eth0; ip address add 10.0.0.1/24 dev eth1; ' +
  'ip address add 2001:db8:1::1/64 dev eth0 nodad; ip address add fe80::1/64 dev eth0 nodad; ' +
  'exec keepalived -t -f "$1" -i none'

export const INSTALLED = spawnSync('keepalived', ['--version']).error === undefined

/** Every line that `keepalived -t` has to say of a configuration in `file`. */
export function linesOfKeepalived(file: string, text: string): string[] {
  writeFileSync(file, text)
  const { stderr, stdout } = spawnSync('unshare', [ROOT ? '-n' : '-rn', 'sh', '-c', ALONE, 'sh', file], {
    encoding: 'utf8',
  })
  return `${stderr}${stdout}`.split('\n').filter((line) => line !== '')
}
