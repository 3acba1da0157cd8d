import { createServer, connect, type Server } from 'node:net'

const ADDRESS = '127.0.0.1'
const BANNER_PATIENCE_MS = 5_000

/** Free TCP ports of this machine's loopback; all are held until the last is found, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  try {
    const ports: number[] = []
    for (let index = 0; index < count; index += 1) {
      const server = createServer()
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(0, ADDRESS, resolve)
      })
      servers.push(server)
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no port was given')
      ports.push(address.port)
    }
    return ports
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  }
}

/** Whether an SSH server introduces itself there now (RFC 4253, 4.2). Never throws. */
export function answersSsh(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: ADDRESS, port })
    let seen = ''
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(BANNER_PATIENCE_MS, () => {
      end(false)
    })
    socket.once('error', () => {
      end(false)
    })
    // QEMU accepts first and connects inside afterwards: a closed port shows as an early end.
    socket.once('close', () => {
      end(false)
    })
    socket.setEncoding('latin1').on('data', (text: string) => {
      seen += text
      if (seen.startsWith('SSH-')) end(true)
      else if (seen.length > 255) end(false)
    })
  })
}
