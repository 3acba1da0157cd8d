import { generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import type { AuthContext, Connection } from 'ssh2'

/** A host that asks whatever a test wants, by keyboard-interactive: sshd does so with PAM alone. */
export interface AskingHost {
  readonly port: number
  /** Decides about each attempt. */
  authenticate: (context: AuthContext) => void
  readonly stop: () => Promise<void>
}

export async function startAskingHost(): Promise<AskingHost> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const connections: Connection[] = []
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    connections.push(connection)
    connection.on('error', () => undefined)
    connection.on('authentication', (context) => {
      host.authenticate(context)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host: AskingHost = {
    port: (server.address() as AddressInfo).port,
    authenticate: (context) => {
      context.reject()
    },
    stop: async () => {
      for (const connection of connections) connection.end()
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
      })
    },
  }
  return host
}
