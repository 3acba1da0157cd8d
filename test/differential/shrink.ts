import type { DifferentialCase } from './case.js'
import type { Drawing, DrawnHost } from './drawing.js'

/** The same case with one thing less, in every way that leaves a drawing; the greatest cuts first. */
export function smaller(which: DifferentialCase): DifferentialCase[] {
  const { drawing, patches, client, service } = which
  const results: DifferentialCase[] = []
  const { requests = 1 } = which
  if (requests > 1) results.push({ ...which, requests: requests - 1 })
  const cut = (change: (copy: Drawing) => void, rest = patches) => {
    const copy = structuredClone(drawing)
    change(copy)
    results.push({ ...which, drawing: copy, patches: rest })
  }
  for (const name of Object.keys(drawing.hosts)) {
    if (
      name === client ||
      Object.values(drawing.services).some(({ director }) => [director].flat().includes(name))
    )
      continue
    cut(
      ({ hosts, services }) => {
        Reflect.deleteProperty(hosts, name)
        for (const each of Object.values(services)) Reflect.deleteProperty(each['real-servers'], name)
      },
      patches.filter((patch) => !('host' in patch && patch.host === name)),
    )
  }
  patches.forEach((_, index) => {
    cut(
      () => undefined,
      patches.filter((__, other) => other !== index),
    )
  })
  for (const [name, host] of Object.entries(drawing.hosts)) {
    for (const key of OPTIONAL) {
      if (host[key] === undefined) continue
      cut(({ hosts }) => {
        const copy = hosts[name]
        if (copy !== undefined) Reflect.deleteProperty(copy, key)
      })
    }
    for (const key of Object.keys(host.sysctls ?? {})) {
      cut(({ hosts }) => {
        const { sysctls } = hosts[name] ?? {}
        if (sysctls !== undefined) Reflect.deleteProperty(sysctls, key)
      })
    }
  }
  for (const name of Object.keys(drawing.networks)) {
    if (drawing.networks[name]?.mtu === undefined) continue
    cut(({ networks }) => {
      const network = networks[name]
      if (network !== undefined) Reflect.deleteProperty(network, 'mtu')
    })
  }
  for (const key of ['persistence', 'one-packet', 'tunnel'] as const) {
    if (drawing.services[service]?.[key] === undefined) continue
    cut(({ services }) => {
      const copy = services[service]
      if (copy !== undefined) Reflect.deleteProperty(copy, key)
    })
  }
  return results
}

const OPTIONAL: readonly (keyof DrawnHost)[] = ['sysctls', 'drops', 'listens', 'gateway', 'routes']
