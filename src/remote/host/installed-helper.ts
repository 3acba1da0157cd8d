import { createHash } from 'node:crypto'
import { HELPER_TEXT } from './helper-text.js'

/** The helper as a program of its own. */
const PROGRAM = `#!/bin/sh\n${HELPER_TEXT.replace(/\n$/, '')}\n`

const DIGEST = createHash('sha256').update(PROGRAM).digest('hex')
const NAME = `helper-${DIGEST.slice(0, 16)}`
const FOLDER = '/usr/local/lib/lvs-designer'

/** Where it stands on hosts on which somebody may run it by sudo, and nothing else. Another version has another name. */
export const INSTALLED_HELPER = `${FOLDER}/${NAME}`

/** A file for a host, with the rights it has there. */
export interface HostFile {
  readonly name: string
  readonly text: string
  readonly mode: number
}

/** As useradd(8) takes them; nothing that sudoers(5) would read as something else. */
export function isUserName(name: string): boolean {
  return /^[a-z_][a-z0-9_-]{0,31}$/.test(name)
}

/** What lets a user deploy by sudo and do nothing else as root: the helper, the rule, and what puts both in their place. */
export function sudoersFiles(user: string): HostFile[] {
  const rule = `/etc/sudoers.d/lvs-designer-${user}`
  return [
    { name: NAME, text: PROGRAM, mode: 0o755 },
    {
      name: 'sudoers',
      mode: 0o440,
      text: `# ${rule}: as root, ${user} may run the helper of LVS Designer, whose digest is checked, and nothing else.
# The helper takes settings of IPVS, addresses, default routes, tunnels and the network's sysctls, and keepalived.conf without any
# line that could start a program as root or write a file; programs that check real servers are run by the users keepalived_script
# or nobody. Beside those it runs nothing that it is sent.
Cmnd_Alias LVS_DESIGNER = sha256:${DIGEST} ${INSTALLED_HELPER}
Defaults!LVS_DESIGNER !requiretty
${user} ALL=(root) NOPASSWD: LVS_DESIGNER
`,
    },
    {
      name: 'install.sh',
      mode: 0o755,
      text: `#!/bin/sh
# Run this as root, once on every host on which ${user} is to deploy with LVS Designer by sudo.
set -eu
cd "$(dirname "$0")"
visudo -c -q -f ./sudoers
install -d -o root -g root -m 755 ${FOLDER}
install -o root -g root -m 755 ./${NAME} ${INSTALLED_HELPER}
install -o root -g root -m 440 ./sudoers ${rule}
echo "${user} may deploy here: say ssh: { user: ${user}, sudo: true } of this host in the drawing"
`,
    },
  ]
}
