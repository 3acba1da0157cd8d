import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What `keepalived -t` says of configurations. */
export interface Said {
  /**
   * Whether it refuses the configuration: it "cannot be run", or "there are configuration errors but keepalived will run
   * after modifying the configuration" (keepalived(8), "Exit status"). A third status is about scripts that root runs,
   * says nothing about the configuration by itself, and hides the second.
   */
  readonly refuses: boolean
  /** It takes it as it is; neither if it was killed before it had said all, or says what this machine lacks. */
  readonly takes: boolean
  readonly complaints: readonly Complaint[]
}

export interface Complaint {
  /** Undefined for what keepalived finds once all is read. */
  readonly line: number | undefined
  readonly message: string
}

export const INSTALLED = spawnSync('keepalived', ['--version']).error === undefined

/** The second: it would run, scripts as root. */
const TAKEN: readonly number[] = [0, 6]

/**
 * keepalived gives up a configuration whose interfaces are not there: it gets a network of its own, with the usual ones.
 * One network does for any number of files.
 */
const ROOT = process.getuid?.() === 0
const ALONE = `cd "$1" || exit 1
for nic in eth0 eth1 eth2 eth3; do
  ip link add $nic type veth peer name p$nic && ip link set $nic up && ip link set p$nic up || exit 1
done
ip address add 192.0.2.1/24 dev eth0 && ip address add 10.0.0.1/24 dev eth1 || exit 1
ip address add 2001:db8:1::1/64 dev eth0 nodad; ip address add fe80::1/64 dev eth0 nodad
at=0
while [ -e $at.conf ]; do
  keepalived -t -f $at.conf -i "$(cat $at.id)" > $at.said 2>&1
  echo $? > $at.status
  at=$((at + 1))
done`

/** What depends on this machine and not on the file. */
const OF_THE_MACHINE = [
  /interface \S+ (for .*)?doesn't exist/,
  /not found\/accessible/,
  /keepalived_script/,
  // Folders of others, in a namespace of one user.
  /due to insecure/,
  /kernel does not support/,
  /SECURITY VIOLATION/,
  /Non-existent interface/,
  /Cannot find an IP address/,
  /[Uu]nable to set default user/,
  /Failed to set (default user|uid)/,
  // A name is looked up at once.
  /Invalid smtp server [A-Za-z][\w.-]* \d{1,5}$/,
  /Error setting global script uid/,
  /^Terminated$/,
]

/** With scripts of another user keepalived 2.2.7, started by root, ends its own test by SIGTERM, mostly without a word. */
const OTHER_USERS = /\b(nobody|root-less)\b/g
/** In another namespace than the one that is made here there are no interfaces. */
const OTHER_NAMESPACE = /\bnet_namespace(_ipvs)? /g

/** Of a text with conditions, what it says on the first machine they name. */
export function keepalivedSays(texts: readonly string[]): Said[] {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-keepalived-'))
  try {
    texts.forEach((text, at) => {
      writeFileSync(
        join(folder, `${at}.conf`),
        text.replace(OTHER_USERS, 'root').replace(OTHER_NAMESPACE, '$NAMESPACE='),
      )
      writeFileSync(join(folder, `${at}.id`), /@\^?([\w-]+)/.exec(text)?.[1] ?? 'none')
    })
    const ran = spawnSync('unshare', [ROOT ? '-n' : '-rn', 'sh', '-c', ALONE, 'sh', folder], {
      encoding: 'utf8',
    })
    if (ran.status !== 0) throw new Error(`no network for keepalived: ${ran.stderr}`)
    return texts.map((_, at) =>
      saidIn(
        readFileSync(join(folder, `${at}.said`), 'utf8'),
        Number(readFileSync(join(folder, `${at}.status`), 'utf8')),
      ),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function saidIn(output: string, status: number): Said {
  const messages = output.split('\n').filter((message) => message !== '')
  const complaints = messages
    .filter((message) => !OF_THE_MACHINE.some((pattern) => pattern.test(message)))
    .map((message) => message.replace(/^\([^()]*: Line/, '(Line'))
  return {
    refuses: status !== 0 && complaints.length > 0,
    takes: TAKEN.includes(status) && complaints.length === 0,
    // Each of its processes reads the file, and says the same.
    complaints: [...new Set(complaints)].map((message): Complaint => {
      const line = /^\(Line (\d+)\) /.exec(message)?.[1]
      return { line: line === undefined ? undefined : Number(line), message }
    }),
  }
}
