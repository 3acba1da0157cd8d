import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../core/hosts/cluster.js'
import type { Cluster } from '../core/hosts/cluster.js'
import type { Packet } from '../core/packet/packet.js'
import type { Walk } from '../core/packet/walk.js'
import { parseTopology } from '../core/topology/parse.js'
import type { AskedKernel } from '../lab/kernel-run/agreement.js'
import { walkedFrames } from '../lab/kernel-run/walked-frames.js'
import { judgeAnswers, outcomeOf } from './rehearsal-judgement.js'
import { questionsFor } from './rehearsal-requests.js'

const sample = (path: string, edit = (text: string) => text): Cluster =>
  deriveCluster(parseTopology(edit(readFileSync(path, 'utf8'))).topology)

const DR = sample('samples/dr.lvs.yaml')
const questions = questionsFor(DR)

function nth(walks: readonly Walk[], index: number): Walk {
  const walk = walks[index]
  if (walk === undefined) throw new Error(`there are ${walks.length} walks`)
  return walk
}

/** A kernel that does just what a walk says, with a client's port of its own. */
function asWalked(walk: Walk): AskedKernel {
  const port = (number: number) => (number === 40000 ? 51234 : number)
  const withPort = (packet: Packet): Packet =>
    'icmp' in packet.l4
      ? packet
      : {
          ...packet,
          l4: { ...packet.l4, srcPort: port(packet.l4.srcPort), dstPort: port(packet.l4.dstPort) },
        }
  const last = new Map(walk.hops.map(({ host, knows }) => [host, knows.neighbours]))
  return {
    scheduled: walk.hops.some(({ knows }) => knows.connections.length > 0),
    request: {
      state: walk.served === true ? 'answered' : 'silent',
      error: 0,
      server: walk.served === true ? walk.realServer : undefined,
      clientPort: 51234,
      up: 0,
      down: 0,
    },
    frames: walkedFrames(walk).map(({ host, out, network, packetOut }) => ({
      from: { case: '', host, interface: out ?? '', network },
      frame: { kind: 'ip', packet: withPort(packetOut), payload: 0, fragment: false, about: undefined },
    })),
    neighbours: new Map(
      [...last].map(([host, known]) => [
        host,
        known.map(({ address, mac, interface: device }) => `${address} 0x1 0x2 ${mac} * ${device}`),
      ]),
    ),
  }
}

/** Every question answered by its walks in turn, one by one changed. */
const answered = (change = (answer: AskedKernel, _index: number) => answer) => ({
  answers: questions.questions
    .flatMap(({ walks, times }) =>
      Array.from({ length: times }, (_, index) => asWalked(nth(walks, index % walks.length))),
    )
    .map(change),
  tables: new Map<string, string>(),
})

describe('questions', () => {
  it('are asked of every service by every client, often enough for every real server', () => {
    expect(questions).toMatchObject({ notes: [], unbegun: [] })
    expect(questions.questions.map(({ request, times }) => ({ ...request, times }))).toEqual([
      { client: 'alice', protocol: 'tcp', address: '192.0.2.100', port: 80, times: 2 },
      { client: 'alice', protocol: 'tcp', address: '2001:db8:1::100', port: 80, times: 2 },
    ])
  })

  it('go once round the weights of the real servers', () => {
    const weighed = sample('samples/dr.lvs.yaml', (text) =>
      text.replace(/rs1: \{\}/, 'rs1: { weight: 3 }').replace(/scheduler: \w+/, 'scheduler: wrr'),
    )
    expect(questionsFor(weighed).questions[0]?.times).toBe(4)
  })

  it('cannot be asked by a client that is not drawn, which is said', () => {
    const nobody = sample('samples/dr.lvs.yaml', (text) => text.replace('role: client', 'role: router'))
    const { questions: none, notes } = questionsFor(nobody)
    expect(none).toEqual([])
    expect(notes[0]).toMatch(/^web: no client is drawn .*; draw one$/)
    expect(outcomeOf([], questionsFor(nobody))).toMatchObject({ outcome: 'UNKNOWN' })
  })

  it('cannot be asked over SCTP', () => {
    const sctp = sample('samples/dr.lvs.yaml', (text) =>
      text.replaceAll(/^( +)port: 80$/gm, '$1port: 80\n$1protocol: sctp'),
    )
    expect(questionsFor(sctp).notes.join('\n')).toMatch(/SCTP/)
  })
})

describe('answers', () => {
  it('that are as walked agree, frame by frame', () => {
    const asked = judgeAnswers(questions.questions, answered())
    for (const { requests, unmet } of asked) {
      expect(unmet).toEqual([])
      for (const { agrees, served, differences, frames } of requests) {
        expect({ agrees, served, differences }).toEqual({ agrees: true, served: true, differences: [] })
        expect(frames.length).toBeGreaterThan(3)
        expect(frames.every(({ same }) => same)).toBe(true)
        // The client's port is each one's own.
        expect(frames[0]?.walk?.headers.at(-1)).toBe('tcp 40000 → 80  SYN')
        expect(frames[0]?.kernel?.headers.at(-1)).toBe('tcp 51234 → 80  SYN')
      }
    }
    expect(outcomeOf(asked, questions)).toMatchObject({ outcome: 'SERVED' })
  })

  it('that did not pass the director differ, though the client was answered', () => {
    const asked = judgeAnswers(
      questions.questions,
      answered((answer, index) => (index === 1 ? { ...answer, scheduled: false } : answer)),
    )
    expect(asked[0]?.requests[1]).toMatchObject({ agrees: false, served: false })
    expect(asked[0]?.requests[1]?.differences.join()).toMatch(
      /scheduled by the director: walk true, kernel false/,
    )
    expect(outcomeOf(asked, questions)).toEqual({
      outcome: 'DIFFERS',
      summary: 'The walk and the kernel differ: on 1 of 4 requests, web for alice.',
    })
  })

  it('with a frame that is lost show the walk’s alone', () => {
    const asked = judgeAnswers(
      questions.questions,
      answered((answer, index) => (index === 0 ? { ...answer, frames: answer.frames.slice(0, 2) } : answer)),
    )
    const request = asked[0]?.requests[0]
    expect(request?.agrees).toBe(false)
    expect(request?.frames.slice(2).every(({ kernel, same }) => kernel === undefined && !same)).toBe(true)
  })

  it('that never came to a real server leave its walk unmet, which is no difference', () => {
    const first = questions.questions.map(({ walks }) => nth(walks, 0))
    const asked = judgeAnswers(questions.questions, {
      ...answered(),
      answers: [0, 0, 1, 1].map((index) => asWalked(nth(first, index))),
    })
    expect(asked[0]?.unmet).toHaveLength(1)
    expect(outcomeOf(asked, questions)).toMatchObject({ outcome: 'SERVED' })
  })

  it('to a drawing that is wrong agree with a walk that is not served', () => {
    const wrong = questionsFor(sample('test/fixtures/wrong/dr-gateway.lvs.yaml'))
    const asked = judgeAnswers(wrong.questions, {
      answers: wrong.questions.flatMap(({ walks, times }) =>
        Array.from({ length: times }, () => asWalked(nth(walks, 0))),
      ),
      tables: new Map(),
    })
    expect(asked[0]?.requests[0]).toMatchObject({ agrees: true, served: false, scheduled: true })
    expect(outcomeOf(asked, wrong)).toEqual({
      outcome: 'NOT_SERVED',
      summary: 'Not served: 1 of 1 request, web for alice. The kernel did just what the walk says.',
    })
  })
})
