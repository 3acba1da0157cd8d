/**
 * Why a host could not be reached, or why a command on it has no outcome. The reasons are stable: programs, tests and
 * translations hang on them; the message is for a person and may change.
 */
export type SshFailureReason =
  | 'config-unreadable'
  | 'config-invalid'
  | 'proxy-command-refused'
  | 'jump-unsupported'
  | 'unreachable'
  | 'timed-out'
  | 'handshake-failed'
  | 'host-key-unknown-refused'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'known-hosts-unreadable'
  | 'known-hosts-unwritable'
  | 'no-usable-key'
  | 'key-encrypted'
  | 'agent-unreachable'
  | 'authentication-failed'
  | 'connection-lost'
  | 'channel-refused'
  | 'output-too-large'
  | 'deadline'
  | 'cancelled'

/**
 * The one error of this room. `message` says what is wrong, where, and what to do next; it never holds a secret, and
 * what a remote host sent has its control characters removed (`printable`).
 */
export class SshFailure extends Error {
  override readonly name = 'SshFailure'

  constructor(
    readonly reason: SshFailureReason,
    /** The host's name in the drawing. */
    readonly host: string,
    message: string,
  ) {
    super(message)
  }
}

/**
 * What a host or a library said, fit for a message: one line, no control characters (they could rewrite a person's
 * terminal), at most `limit` characters.
 */
export function printable(text: string, limit = 200): string {
  // C0, DEL, C1, and the marks that turn the direction of writing around or hide text.
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean
}

/** `address:port` as people write it: `[2001:db8::1]:22`, `lb1.example.net:22`. */
export function addressAndPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** The system's error code (`ECONNREFUSED`, `ENOENT` …) of a caught value, if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What a caught value says, as one printable line. */
export function saying(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error))
}
