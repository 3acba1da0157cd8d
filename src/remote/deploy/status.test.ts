import { beforeEach, expect, it, vi } from 'vitest'
import { DR } from '../../core/checks/rules.test-kit.js'
import { deriveCluster } from '../../core/hosts/cluster.js'
import { parseTopology } from '../../core/topology/parse.js'
import type { HostConnection } from '../host/helper.js'
import { SshFailure } from '../ssh/failure.js'
import type { SshFailureReason } from '../ssh/failure.js'
import type { Reach } from './connections.js'
import { watchStatus } from './status.js'

const connect = vi.hoisted(() => vi.fn<() => Promise<HostConnection>>())
vi.mock('./connections.js', async (original) => ({ ...(await original<object>()), connect }))
beforeEach(() => {
  connect.mockReset()
})

const NOBODY_ASKED: Reach = {
  sshConfig: { lines: [], home: '/', login: 'root', environment: {}, globalKnownHostsFiles: [] },
  confirmHostKey: () => Promise.resolve(false),
}

/** In which of so many readings the one director was connected to, and what the last says. */
async function triedIn(readings: number) {
  const watch = watchStatus(deriveCluster(parseTopology(DR).topology), NOBODY_ASKED)
  expect(watch.directors).toEqual(['lb1'])
  const tried: number[] = []
  let says: string[] = []
  for (let reading = 1; reading <= readings; reading += 1) {
    connect.mockClear()
    const { failures } = await watch.read()
    if (connect.mock.calls.length > 0) tried.push(reading)
    says = failures.map(({ host, step, message }) => `${host}: ${step}: ${message}`)
  }
  return { tried, says }
}

const failsWith = (reason: SshFailureReason) =>
  connect.mockImplementation(() => Promise.reject(new SshFailure(reason, 'lb1', 'lb1: that is why.')))

it.each(['unreachable', 'timed-out', 'connection-lost', 'no-usable-key'] as const)(
  'a director that cannot be reached (%s) is tried less and less often, and named each time',
  async (reason) => {
    failsWith(reason)
    expect(await triedIn(50)).toEqual({
      tried: [1, 2, 4, 8, 16, 32, 48],
      says: ['lb1: connect: that is why.'],
    })
  },
)

it.each([
  'authentication-failed',
  'host-key-unknown-refused',
  'host-key-changed',
  'known-hosts-unwritable',
] as const)(
  'a director that takes no login, or whose key is not trusted (%s), is not tried again, which is said',
  async (reason) => {
    failsWith(reason)
    expect(await triedIn(50)).toEqual({
      tried: [1],
      says: ['lb1: connect: that is why. It is not tried again: mend that, then start anew.'],
    })
  },
)

it('a director that lets nothing run is not logged in to each time', async () => {
  const lost = new SshFailure('connection-lost', 'lb1', 'lb1: it is gone.')
  const session = { exec: () => Promise.reject(lost), close: () => Promise.resolve() }
  connect.mockImplementation(() =>
    Promise.resolve({ host: 'lb1', session, sudo: false } as unknown as HostConnection),
  )
  expect(await triedIn(9)).toEqual({ tried: [1, 2, 4, 8], says: ['lb1: probe: it is gone.'] })
})
