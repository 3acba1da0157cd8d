import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { finish, stateOf } from './lab-kit.js'
import type { Finished, RunningLab } from './lab-kit.js'

/**
 * What goes wrong at the n-th command that changes something on a host.
 * reset: the host restarts at once, before or after the command; cut: nobody reaches its sshd any more, for a while;
 * locked: nobody gets a new session, for a while; hang: the command never ends; signal: tells the test, and waits a moment;
 * lost: the session that runs the helper is killed.
 */
export type Fault = 'reset-before' | 'reset-after' | 'cut' | 'locked' | 'hang' | 'signal' | 'lost'

/** Seconds that a host stays out of reach. */
export const OUTAGE_SECONDS = 25

const TOOLS = ['ip', 'ipvsadm', 'modprobe', 'nft', 'mv', 'rm', 'sync', 'mkdir']

/**
 * Stands in the place of the tools the helper uses: counts the commands that change something, and does what /tmp/fault
 * says at one of them. /tmp is gone after a reset, and the fault with it.
 */
const WRAPPER = `#!/bin/sh
name=\${0##*/}
for folder in /usr/sbin /usr/bin; do [ -x "$folder/$name" ] && real=$folder/$name; done
case "$name $*" in
"ip address "[rd]* | "ip link "[sad]* | "ip "-[46]" route "[rd]* | "ip route "[rd]* | "ipvsadm "-[AEDaed]* | "modprobe -a"* | "modprobe "[a-z]* | "modprobe -r"* | "nft add"* | "nft flush"* | "mv "* | "rm "* | "sync "* | "mkdir "*) ;;
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
touch /tmp/hit
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
  setsid sh -c 'sleep ${OUTAGE_SECONDS}; /usr/bin/sed -i /DenyUsers/d /etc/ssh/sshd_config; kill -HUP $(cat /run/sshd.pid)' </dev/null >/dev/null 2>&1 &
  ;;
hang) exec sleep 600 ;;
signal) sleep 2 ;;
lost)
  p=$PPID
  while read -r _ called _ parent _ </proc/$p/stat; do
    case $called in "(sshd)") kill -9 "$p"; sleep 2; exit 1 ;; esac
    p=$parent
  done
  ;;
esac
exec "$real" "$@"
`

export async function installFaults(lab: RunningLab, host: string): Promise<void> {
  await lab.on(
    host,
    `cat >/usr/local/sbin/lvs-fault <<'WRAPPER'\n${WRAPPER}WRAPPER\nchmod 755 /usr/local/sbin/lvs-fault
     for tool in ${TOOLS.join(' ')}; do ln -sf lvs-fault /usr/local/sbin/$tool; done`,
  )
}

/** From here on, the commands that change something on a host are counted, or those of them with these words; the n-th has the fault. */
export async function setFault(
  lab: RunningLab,
  host: string,
  at: number,
  fault: Fault,
  words = '',
): Promise<void> {
  await lab.on(
    host,
    `echo 0 >/tmp/count; : >/tmp/counted; /usr/bin/rm -f /tmp/hit; echo '${at} ${fault} ${words}' >/tmp/fault`,
  )
}

export async function countCommands(lab: RunningLab, host: string): Promise<void> {
  await lab.on(host, 'echo 0 >/tmp/count; : >/tmp/counted; /usr/bin/rm -f /tmp/fault /tmp/hit')
}

/** The commands that were counted, and no more counting. */
export async function countedCommands(lab: RunningLab, host: string): Promise<string[]> {
  const text = await reach(
    lab,
    host,
    'cat /tmp/counted 2>/dev/null; /usr/bin/rm -f /tmp/count /tmp/fault /tmp/hit',
  )
  return text.split('\n').filter((line) => line !== '')
}

/** Comes back when the fault has happened. */
export async function hit(lab: RunningLab, host: string): Promise<void> {
  await lab.on(host, 'for i in $(seq 900); do [ -e /tmp/hit ] && exit 0; sleep 0.1; done; exit 1')
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
  const state = await stateOf(lab, host)
  const boot = await lab.on(host, 'cat /etc/inittab; ls /etc/*.lvs /etc/*.new 2>/dev/null; true')
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
  return [...lines, boot].join('\n')
}

/** Waits until no transaction is open on a host, at most `seconds`; one that a reboot has ended is not. */
export async function settled(lab: RunningLab, host: string, seconds: number): Promise<void> {
  await reach(
    lab,
    host,
    `is_open() {
       for open in /var/lib/lvs-designer/*/open; do
         [ -e "$open" ] && [ -e "/run/lvs-designer/$(cat "$open")/deadline" ] && return 0
       done
       return 1
     }
     for i in $(seq ${seconds}); do is_open || exit 0; sleep 1; done; exit 1`,
    seconds + 60,
  )
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

/** The states of several hosts, together. */
export async function statesOf(lab: RunningLab, hosts: readonly string[]): Promise<Map<string, string>> {
  const states = await Promise.all(hosts.map((host) => settledState(lab, host)))
  return new Map(hosts.map((host, index) => [host, states[index] ?? '']))
}

export function expectOk({ status, stdout, stderr }: Finished): void {
  expect(status, `${stdout}${stderr}`).toBe(0)
}
