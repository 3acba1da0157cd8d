/** How one host of a lab is reached from this machine. */
export interface Reach {
  readonly name: string
  /** Forwarded on 127.0.0.1. */
  readonly port: number
  /** `ssh-ed25519 AAAA…` */
  readonly publicKey: string
}

const ADDRESS = '127.0.0.1'

/** An ssh_config that reaches every host by its name in the drawing, strictly. */
export function sshConfigText(
  hosts: readonly Reach[],
  files: { readonly identity: string; readonly knownHosts: string },
): string {
  return hosts
    .map(
      ({ name, port }) => `Host ${name}
  HostName ${ADDRESS}
  Port ${port}
  User root
  IdentityFile ${quoted(files.identity)}
  IdentitiesOnly yes
  UserKnownHostsFile ${quoted(files.knownHosts)}
  StrictHostKeyChecking yes
`,
    )
    .join('\n')
}

export function knownHostsText(hosts: readonly Reach[]): string {
  return hosts.map(({ port, publicKey }) => `[${ADDRESS}]:${port} ${keyOnly(publicKey)}\n`).join('')
}

/** Without the comment, which ssh ignores and other readers may not. */
function keyOnly(publicKey: string): string {
  return publicKey.split(' ').slice(0, 2).join(' ')
}

/** ssh_config has no escape inside quotes but `%`, which starts a token. */
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`
}
