import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { finish, STATE_COMMAND, stateOf } from './lab-kit.js'
import type { Finished, RunningLab } from './lab-kit.js'

/**
 * What goes wrong at the n-th command that changes something on a host.
 * reset: the host restarts at once, before or after the command; cut: nobody reaches its sshd any more, for a while;
 * locked: nobody gets a new session until `unlock`; hang: the command never ends; signal: waits until `letGo`;
 * lost: the session that runs the helper is killed; sshd: every process of sshd is; full, read-only: the disk on which
 * transactions are kept; no-sudo: sudo allows nothing any more; refused: the kernel does not take a service;
 * flood: the command writes without end.
 */
export type Fault =
  | 'reset-before'
  | 'reset-after'
  | 'cut'
  | 'locked'
  | 'hang'
  | 'signal'
  | 'lost'
  | 'sshd'
  | 'full'
  | 'read-only'
  | 'no-sudo'
  | 'refused'
  | 'flood'

/** Seconds that a host stays out of reach. */
const OUTAGE_SECONDS = 25

const TOOLS = ['ip', 'ipvsadm', 'modprobe', 'nft', 'mv', 'rm', 'sync', 'mkdir', 'mount', 'umount']

/**
 * Stands in the place of the tools the helper uses: counts the commands that change something, and does what /tmp/fault
 * says at one of them. /tmp is gone after a reset, and the fault with it; what tells that it has happened is not.
 */
const WRAPPER = `#!/bin/sh
name=\${0##*/}
for folder in /usr/sbin /usr/bin; do [ -x "$folder/$name" ] && real=$folder/$name; done
case "$name $*" in
"ip address "[rd]* | "ip link "[sad]* | "ip "-[46]" route "[rd]* | "ip route "[rd]* | "ipvsadm "-[AEDaed]* | "modprobe -a"* | "modprobe "[a-z]* | "modprobe -r"* | "nft add"* | "nft flush"* | "nft delete"* | "mv "* | "rm "* | "sync "* | "mkdir "* | "mount --bind "* | "umount /etc/"*) ;;
*) exec "$real" "$@" ;;
esac
[ -e /tmp/count ] || exec "$real" "$@"
if [ -s /tmp/fault ]; then
  read -r at what pattern </tmp/fault
  case "$name $*" in *"$pattern"*) ;; *) exec "$real" "$@" ;; esac
fi
read -r count </tmp/count
count=$((count + 1))
echo "$count" >/tmp/count
printf '%s %s %s\\n' "$count" "$name" "$*" >>/tmp/counted
[ -s /tmp/fault ] || exec "$real" "$@"
[ "$count" = "$at" ] || exec "$real" "$@"
/usr/bin/touch /root/.hit
case $what in
reset-before) busybox reboot -f; exec sleep 60 ;;
reset-after) "$real" "$@"; busybox reboot -f; exec sleep 60 ;;
cut)
  /usr/sbin/nft 'add table inet outage; add chain inet outage input { type filter hook input priority -500; }; add rule inet outage input tcp dport 22 drop'
  setsid sh -c 'sleep ${OUTAGE_SECONDS}; /usr/sbin/nft delete table inet outage' </dev/null >/dev/null 2>&1 &
  ;;
locked)
  echo 'DenyUsers root' >>/etc/ssh/sshd_config
  kill -HUP $(cat /run/sshd.pid)
  ;;
hang) exec sleep 600 ;;
sshd) pkill -KILL -x sshd; sleep 2; exit 1 ;;
full) dd if=/dev/zero of=/var/lib/lvs-designer/filler bs=1k 2>/dev/null ;;
read-only) mount -o remount,ro /var/lib/lvs-designer ;;
no-sudo) /usr/bin/mv /etc/sudoers.d/* /root/ ;;
refused) exec "$real" -A -t 192.0.2.99:9 -s nosuch ;;
flood) exec yes 'all work and no play' ;;
signal) for i in $(seq 500); do [ -e /tmp/go ] && break; sleep 0.1; done ;;
lost)
  p=$PPID
  while read -r _ called _ parent _ </proc/$p/stat; do
    case $called in "(sshd)") kill -9 "$p"; sleep 2; break ;; esac
    p=$parent
  done
  ;;
esac
exec "$real" "$@"
`

export async function installFaults(lab: Faulty, host: string): Promise<void> {
  await onHost(
    lab,
    host,
    `cat >/usr/local/sbin/lvs-fault <<'WRAPPER'\n${WRAPPER}WRAPPER\nchmod 755 /usr/local/sbin/lvs-fault
     for tool in ${TOOLS.join(' ')}; do ln -sf lvs-fault /usr/local/sbin/$tool; done`,
  )
}

/** From here on, the commands that change something on a host are counted, or those of them with these words; the n-th has the fault. */
export async function setFault(
  lab: Faulty,
  host: string,
  at: number,
  fault: Fault,
  words = '',
): Promise<void> {
  await onHost(
    lab,
    host,
    `echo 0 >/tmp/count; : >/tmp/counted; /usr/bin/rm -f /root/.hit /tmp/go; echo '${at} ${fault} ${words}' >/tmp/fault`,
  )
}

export async function countCommands(lab: Faulty, host: string): Promise<void> {
  await onHost(lab, host, 'echo 0 >/tmp/count; : >/tmp/counted; /usr/bin/rm -f /tmp/fault')
}

/** No more counting. */
export const NO_FAULT = '/usr/bin/rm -f /tmp/count /tmp/fault'

/** The commands that were counted, and no more counting. */
export async function countedCommands(lab: Faulty, host: string): Promise<string[]> {
  const text = await onHost(lab, host, `cat /tmp/counted 2>/dev/null; ${NO_FAULT}`)
  return text.split('\n').filter((line) => line !== '')
}

/** Comes back when the fault has happened. */
export async function hit(lab: Faulty, host: string): Promise<void> {
  await onHost(lab, host, 'for i in $(seq 900); do [ -e /root/.hit ] && exit 0; sleep 0.1; done; exit 1')
}

/** Ends the wait of the fault `signal`. */
export async function letGo(lab: Faulty, host: string): Promise<void> {
  await onHost(lab, host, 'touch /tmp/go')
}

/** As soon as the host answers; one that restarts or is cut off does not for a while. */
export async function reach(lab: RunningLab, host: string, command: string, seconds = 90): Promise<string> {
  const until = Date.now() + 1000 * seconds
  for (;;) {
    const { status, stdout, stderr } = await finish('ssh', [
      '-F',
      lab.sshConfig,
      '-o',
      'ConnectTimeout=5',
      host,
      command,
    ])
    if (status === 0) return stdout
    if (Date.now() > until) throw new Error(`${host}: ${command}: status ${status}: ${stderr}`)
    await sleep(500)
  }
}

/**
 * All that a deployment could change on a host, without what a reboot makes anew (numbers of interfaces) and without the
 * folder of a transaction that a reboot has ended and nobody has come upon yet: it holds nothing that counts.
 */
export async function settledState(lab: RunningLab, host: string): Promise<string> {
  await reach(lab, host, 'true')
  return withoutNumbers(lab, `${await stateOf(lab, host)}${await lab.on(host, BOOT_COMMAND)}`)
}

const BOOT_COMMAND =
  'cat /etc/inittab 2>/dev/null; ls /etc/*.lvs /etc/*.new /etc/systemd/system/lvs-* /etc/systemd/system/*/lvs-* 2>/dev/null; true'

export function withoutNumbers(lab: Faulty, state: string): string {
  const leftover = ['', '/var/lib/lvs-designer:', lab.cluster.topology.name ?? '', '/run/lvs-designer/lock']
  const lines = state
    .split('\n')
    .map((line) =>
      line
        .replace(/^\d+: /, '')
        .replace(/@if\d+/, '')
        .replace(/ link-netnsid \d+/, '')
        .replace(/ permaddr \S+/, ''),
    )
    .filter((line) => !leftover.includes(line))
  return lines.join('\n')
}

/** Waits until no transaction is open on a host, at most `seconds`; one that a reboot has ended is not. */
export async function settled(lab: RunningLab, host: string, seconds: number): Promise<void> {
  await reach(lab, host, settledCommand(seconds), seconds + 60)
}

function settledCommand(seconds: number): string {
  return `is_open() {
       for open in /var/lib/lvs-designer/*/open; do
         [ -e "$open" ] && [ -e "/run/lvs-designer/$(cat "$open")/deadline" ] && return 0
       done
       return 1
     }
     # Nor may a call be at it still, which may be one that opens it.
     idle() { [ ! -e /run/lvs-designer/apply ] || flock -w ${seconds} /run/lvs-designer/apply true; }
     idle; for i in $(seq ${seconds}); do is_open || break; sleep 1; done; idle; ! is_open`
}

/** As much of a lab as it takes to make a fault on one of its hosts. */
export type Faulty = Pick<RunningLab, 'onEach' | 'cluster'>

export async function onHost(lab: Faulty, host: string, command: string): Promise<string> {
  return (await lab.onEach([host], command)).get(host) ?? ''
}

/** A run of the command line that can be killed. */
export function startCli(lab: RunningLab, ...args: string[]) {
  const child = spawn(process.execPath, ['dist/cli.js', ...args, '--ssh-config', lab.sshConfig], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const waiting: { readonly words: RegExp; readonly resolve: () => void }[] = []
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
    for (const { words, resolve } of waiting) if (words.test(stderr)) resolve()
  })
  const ended = new Promise<Finished>((resolve) => {
    child.once('close', (status) => {
      resolve({ status: status ?? -1, stdout, stderr })
      for (const each of waiting) each.resolve()
    })
  })
  return {
    child,
    ended,
    /** Comes back when it has said this, or has ended. */
    said: (words: RegExp) =>
      new Promise<void>((resolve) => {
        if (words.test(stderr)) resolve()
        else waiting.push({ words, resolve })
      }),
  }
}

/** The states of several hosts, once no transaction is open on any. */
export async function statesOf(
  lab: RunningLab,
  hosts: readonly string[],
  seconds = 1,
): Promise<Map<string, string>> {
  const states = await lab.onEach(hosts, settledStateCommand(seconds))
  return new Map([...states].map(([host, state]) => [host, withoutNumbers(lab, state)]))
}

export function settledStateCommand(seconds: number): string {
  return `${settledCommand(seconds)} || { echo 'a transaction is still open'; exit; }\n${STATE_COMMAND}; ${BOOT_COMMAND}`
}

/** Ends the fault `locked`. */
export async function unlock(lab: RunningLab, host: string): Promise<void> {
  await onHost(lab, host, 'sed -i /DenyUsers/d /etc/ssh/sshd_config; kill -HUP "$(cat /run/sshd.pid)"')
}

/** A small disk of its own for what a host writes down of transactions, until it is taken away. */
export async function withSmallDisk(
  lab: RunningLab,
  host: string,
  kilobytes: number,
  work: () => Promise<void>,
): Promise<void> {
  const folder = '/var/lib/lvs-designer'
  await onHost(lab, host, `/usr/bin/mkdir -p ${folder}; mount -t tmpfs -o size=${kilobytes}k small ${folder}`)
  try {
    await work()
  } finally {
    await onHost(lab, host, `umount -l ${folder}; rmdir ${folder}`)
  }
}

/** What a deployment keeps on hosts for itself, of those that have anything. */
export async function keptOn(lab: RunningLab, hosts: readonly string[]): Promise<Map<string, string>> {
  const kept = await lab.onEach(
    hosts,
    'ls -d /var/lib/lvs-designer/* /run/lvs-designer/lock 2>/dev/null; true',
  )
  return new Map([...kept].filter(([, files]) => files !== ''))
}

export function expectOk({ status, stdout, stderr }: Finished): void {
  expect(status, `${stdout}${stderr}`).toBe(0)
}
