import { once } from 'node:events'
import { createServer, Socket } from 'node:net'
import type { AddressInfo, Server as TcpServer } from 'node:net'
import { Readable } from 'node:stream'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import ssh2 from 'ssh2'
import type { Connection } from 'ssh2'

/** Servers at a port of SSH that mean no good: before the handshake as bytes, after it by a real server's own means. */
export interface HostileServer {
  readonly port: number
  readonly close: () => Promise<void>
}

const VERSION = 'SSH-2.0-OpenSSH_9.2p1\r\n'
/** More than any buffer on the way, fewer than would tire the machine that runs the test. */
const FLOOD_BYTES = 64 * 1024 * 1024

/** Everything that can be said before there are keys. */
export const BEFORE_KEYS: Readonly<Record<string, (socket: Socket) => unknown>> = {
  'lines without end before its version': (socket) =>
    flood(socket, () => 'welcome to this host\r\n'.repeat(1000)),
  'a line without end': (socket) => flood(socket, () => 'x'.repeat(65_536)),
  'a version of nothing but control characters': (socket) =>
    socket.write(`SSH-2.0-\u001b]0;owned\u0007\u001b[2J\u0000${'\u0008'.repeat(200)}\r\n`),
  'a packet of 4 GiB': (socket) => socket.write(Buffer.concat([bytesOf(VERSION), Buffer.alloc(16, 0xff)])),
  'a packet of no bytes': (socket) => socket.write(Buffer.concat([bytesOf(VERSION), Buffer.alloc(64)])),
  'padding longer than its packet': (socket) =>
    socket.write(Buffer.concat([bytesOf(VERSION), Buffer.from([0, 0, 0, 12, 255, 20]), Buffer.alloc(64)])),
  noise: (socket) => flood(socket, noise, VERSION),
  'packets to be ignored, without end': (socket) => {
    const ignore = packet(Buffer.from([2, 0, 0, 0, 0]))
    return flood(socket, () => Buffer.concat(Array.from({ length: 2000 }, () => ignore)), VERSION)
  },
  'offers of keys without end': (socket) => {
    const offer = packet(keyExchange('none'))
    return flood(socket, () => Buffer.concat(Array.from({ length: 200 }, () => offer)), VERSION)
  },
  'an offer of ten thousand algorithms': (socket) =>
    socket.write(
      Buffer.concat([
        bytesOf(VERSION),
        packet(keyExchange(Array.from({ length: 3000 }, (_, index) => `a${index}`).join(','))),
      ]),
    ),
  'a name of an algorithm that is longer than its packet': (socket) =>
    socket.write(
      Buffer.concat([
        bytesOf(VERSION),
        packet(Buffer.concat([Buffer.from([20]), Buffer.alloc(16), Buffer.from([0x7f, 0xff, 0xff, 0xff])])),
      ]),
    ),
  'nothing, byte after byte': (socket) => {
    const timer = setInterval(() => socket.write('x'), 50)
    socket.once('close', () => {
      clearInterval(timer)
    })
  },
}

/** Everything that somebody who has logged in can be told instead of an answer: programs in the place of the helper. */
export const ANSWERS: Readonly<Record<string, string>> = {
  'output without end': 'exec yes "$(head -c 60000 /dev/zero | tr "\\0" x)"',
  'errors without end': 'exec yes "$(head -c 60000 /dev/zero | tr "\\0" x)" >&2',
  'an answer of control characters': `printf '\\033]0;owned\\007\\033[2J\\010\\010the end of it\\n' >&2; exit 3`,
  'an end without a status': 'kill -9 $$',
}

/** States of hosts that no host is in: they are read, and the plan is refused. */
export const STATES: Readonly<Record<string, string>> = {
  'a state of 100,000 interfaces': `printf '== facts\\nuid 0\\n== link\\n'; seq -f '%.0f: eth%.0f: <UP> mtu 1500 \\033[31m' 100000; printf '== end\\n'`,
  'a state of one line of seven megabytes': `printf '== facts\\nuid 0\\n== route4\\n'; head -c 7000000 /dev/zero | tr '\\0' 9; printf '\\n== end\\n'`,
}

/** What a server can do over a connection beside answering. */
export const AFTER_LOGIN: Readonly<Record<string, (connection: Connection) => unknown>> = {
  'channels of its own, without end': (connection) => {
    for (let count = 0; count < 5000; count++) connection.x11('192.0.2.66', 6000, () => undefined)
  },
  'new keys, again and again': async (connection) => {
    for (let count = 0; count < 50; count++) {
      await new Promise<void>((resolve) => {
        connection.rekey(() => {
          resolve()
        })
      })
    }
  },
  'no answer to anything': () => undefined,
}

export async function saysBeforeKeys(say: (socket: Socket) => unknown): Promise<HostileServer> {
  return listening(
    createServer((socket) => {
      socket.on('error', () => undefined)
      // It hears nothing of what it is told.
      socket.resume()
      say(socket)
    }),
  )
}

/** A real SSH server that lets everybody in, and then does as it likes. */
export async function doesAfterLogin(
  hostKey: string,
  act: (connection: Connection) => unknown,
): Promise<HostileServer> {
  const connections = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('authentication', (context) => {
      context.accept()
    })
    connection.on('ready', () => act(connection))
  })
  const listener = await listening(server)
  return {
    port: listener.port,
    close: async () => {
      for (const connection of connections) connection.end()
      await listener.close()
    },
  }
}

async function listening(server: TcpServer): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    if (socket instanceof Socket) sockets.add(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await Promise.resolve()
    },
  }
}

/** Writes as fast as the other end takes it. */
async function flood(to: Writable, chunk: () => string | Buffer, first = ''): Promise<void> {
  function* chunks() {
    yield Buffer.from(first)
    for (let written = 0; written < FLOOD_BYTES;) {
      const data = chunk()
      written += data.length
      yield data
    }
  }
  await pipeline(Readable.from(chunks()), to).catch(() => undefined)
}

function noise(): Buffer {
  return Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 197 + (index >> 3)) & 0xff))
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** RFC 4253, section 6, as long as nothing is encrypted. */
function packet(payload: Buffer): Buffer {
  const short = 8 - ((payload.length + 5) % 8)
  const padding = short < 4 ? short + 8 : short
  const head = Buffer.alloc(5)
  head.writeUInt32BE(payload.length + padding + 1)
  head.writeUInt8(padding, 4)
  return Buffer.concat([head, payload, Buffer.alloc(padding)])
}

/** SSH_MSG_KEXINIT (section 7.1) with the same names in all of its ten lists. */
function keyExchange(names: string): Buffer {
  const list = Buffer.alloc(4 + names.length)
  list.writeUInt32BE(names.length)
  list.write(names, 4, 'latin1')
  return Buffer.concat([
    Buffer.from([20]),
    Buffer.alloc(16, 7),
    ...Array.from({ length: 10 }, () => list),
    Buffer.alloc(5),
  ])
}
