import { causesOf } from '../core/checks/causes.js'
import { checkTopology } from '../core/checks/check.js'
import { clientsOf } from '../core/hosts/clients.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { patchesFor } from '../core/hosts/offered-patches.js'
import { applyPatches } from '../core/hosts/patches.js'
import { walkCluster } from '../core/packet/walk-cluster.js'
import type { ExplainedWalk, WalkChoices, WalkSwitch, WalkWish, Walked } from '../protocol/walks.js'
import type { AnswersTo } from './answers.js'
import type { ReadDocument } from './document.js'

/** Walks of one choice that are sent: who answers ARP may be any of thousands. */
const MOST_WALKS = 40

export const WALK_ANSWERS: AnswersTo<'walk-choices' | 'walks'> = {
  'walk-choices': (document, { service }) => choicesOf(document.cluster(), service),
  walks: (document, { wish }) => {
    const choices = choicesOf(document.cluster(), wish.service)
    return choices === undefined ? undefined : walked(document, met(wish, choices))
  },
}

function choicesOf(cluster: Cluster, name: string): WalkChoices | undefined {
  const service = cluster.services.find((each) => each.name === name)
  if (service === undefined) return undefined
  return {
    service: name,
    clients: clientsOf(cluster, service).map((client) => client.name),
    realServers: service.realServers.flatMap((realServer) => (realServer.known ? realServer.name : [])),
  }
}

/** The wish with names that are there. */
function met(wish: WalkWish, { clients, realServers }: WalkChoices): WalkWish {
  const among = (names: readonly string[], name: string | undefined) =>
    name !== undefined && names.includes(name) ? name : names[0]
  return { ...wish, client: among(clients, wish.client), realServer: among(realServers, wish.realServer) }
}

function walked(document: ReadDocument, wish: WalkWish): Walked {
  const cluster = document.cluster()
  const broken = new Set(wish.broken)
  const offered = patchesFor(cluster, wish.service)
  const patches = offered.filter(({ id }) => broken.has(id)).flatMap((each) => each.patches)
  const patched = applyPatches(cluster, patches)
  const { service, client } = wish
  const realServer = mayBeChosen(patched, wish) ? wish.realServer : undefined
  const walks = walkCluster(patched, {
    service,
    ...(client === undefined ? {} : { client }),
    ...(realServer === undefined ? {} : { realServer }),
    // One more, to know that there are more.
    limit: MOST_WALKS + 1,
  })
  // What is broken on purpose, the rules see as well.
  const findings =
    patches.length === 0
      ? document.findings
      : once(() => checkTopology(document.parsed(), patched, document.settings))
  const shown = walks.slice(0, MOST_WALKS)
  const hosts = new Set([...shown.flatMap(({ hops }) => hops.map(({ host }) => host)), wish.realServer])
  return {
    wish,
    walks: shown.map((walk): ExplainedWalk => ({
      walk,
      causes:
        walk.verdict === 'SERVED'
          ? []
          : causesOf(walk, { cluster: patched, findings: findings() }).map(({ code, message, path }) => ({
              code,
              message,
              path,
            })),
    })),
    more: walks.length > shown.length,
    offered: offered.flatMap(({ id, host, title, lesson }): WalkSwitch[] => {
      const on = broken.has(id)
      return on || hosts.has(host) || isDirector(cluster, wish.service, host)
        ? [{ id, host, title, lesson, on }]
        : []
    }),
  }
}

/** One of weight 0 gets no new connection: then what IPVS chooses instead is walked, or that it chooses none. */
function mayBeChosen({ services }: Cluster, { service, realServer }: WalkWish): boolean {
  const model = services.find(({ name }) => name === service)
  return realServer !== undefined && model?.realServerOf(realServer)?.drawn.weight !== 0
}

function isDirector({ services }: Cluster, service: string, host: string): boolean {
  return services.some(({ name, director }) => name === service && director === host)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
