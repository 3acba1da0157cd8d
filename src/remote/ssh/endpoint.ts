/** What a topology says of the way to a host. */
export interface SshTarget {
  /** The host's name in the drawing, for messages. */
  host: string
  /** The name that is looked up in ssh_config: usually the same. */
  alias: string
  address?: string
  port?: number
  user?: string
  /** An ssh_config name. */
  jump?: string
  sudo?: boolean
}

/** A private key file to authenticate with. */
export interface IdentityFile {
  path: string
  /** Whether somebody named it; a default one may be absent without a word. */
  named: boolean
}

/** Everything that is needed to reach a host, nothing left to look up. */
export interface Endpoint {
  /** The host's name in the drawing; a jump host carries the name of the host it leads to. */
  host: string
  /** What messages call it: the host's name, or `bastion (on the way to lb1)`. */
  label: string
  hostName: string
  port: number
  user: string
  sudo: boolean
  identityFiles: IdentityFile[]
  identitiesOnly: boolean
  /** The agent's socket; absent: none. `named` if IdentityAgent says so, else it is SSH_AUTH_SOCK. */
  identityAgent?: { path: string; named: boolean }
  /** The first one is where an accepted key is written; none: it is not written at all. */
  userKnownHostsFiles: string[]
  /** Read, never written. */
  globalKnownHostsFiles: string[]
  /** `yes` refuses unknown keys without a question; everything else asks (no, off and accept-new too). */
  strictHostKeyChecking: 'yes' | 'ask'
  hostKeyAlias?: string
  /** The hosts to go through, the nearest first. */
  jumps: Endpoint[]
}
