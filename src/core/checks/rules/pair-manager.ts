import { say } from '../../speech/say.js'
import { below, pathOf } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { ServiceModel } from '../../hosts/services.js'
import { managedByKeepalived } from '../manager.js'
import { keyAt, takingOut, valueAt } from '../places.js'
import type { Rule } from '../rule.js'
import { quoted } from '../wording.js'

export const pairManager: Rule = {
  code: 'PAIR-MANAGER',
  severity: 'error',
  title: 'Something only keepalived does, without keepalived',
  why: 'Nothing would move the VIP to the other director when the first fails, and nothing would put the sorry server in when the last real server goes.',
  kernel:
    'IPVS is a table and no more: it neither watches real servers nor speaks VRRP. ipvsadm fills the table and ends.',
  mend: 'Let keepalived manage the directors, or do without.',
  source: 'keepalived.conf(5); ipvsadm(8)',
  explains: [],
  ofPairs: true,
  check: ({ services, topology }, report) => {
    const manager = topology.manage.director
    if (manager === 'keepalived') return
    const paired = services.filter(({ drawn }) => drawn.directors.length > 1)
    const [pair] = paired
    if (pair !== undefined) {
      const at = below(pair.path, 'director')
      const [first = ''] = pair.drawn.directors
      report(
        valueAt(at),
        say`${have(paired)} a pair of directors, which ${manager} does not make: it takes keepalived to move the VIP`,
        [
          managedByKeepalived(),
          {
            title: say`Use the first director alone`,
            edits: [
              ...paired.map(({ path, drawn }) => ({
                kind: 'set' as const,
                path: below(path, 'director'),
                value: drawn.directors[0] ?? first,
              })),
              ...(topology.vrrp === undefined ? [] : [{ kind: 'unset' as const, path: pathOf('vrrp') }]),
            ],
          },
        ],
      )
    }
    const sorry = services.filter(({ drawn }) => drawn.sorryServer !== undefined)
    const [one] = sorry
    if (one !== undefined) {
      report(
        keyAt(below(one.path, 'sorry-server')),
        say`${have(sorry)} a sorry server, which ${manager} does not put in when the last real server goes: it takes keepalived`,
        [managedByKeepalived(), ...sorry.slice(0, 1).map(({ path, name }) => without(path, name, sorry))],
      )
    }
  },
}

function have(services: readonly ServiceModel[]): string {
  return `${quoted(services.map(({ name }) => name))} ${services.length === 1 ? 'has' : 'have'}`
}

function without(path: ServiceModel['path'], name: string, all: readonly ServiceModel[]): Fix {
  if (all.length === 1)
    return takingOut(below(path, 'sorry-server'), say`Take the sorry server of "${name}" out`)
  return {
    title: say`Take the ${all.length} sorry servers out`,
    edits: all.map((service) => ({ kind: 'unset', path: below(service.path, 'sorry-server') })),
  }
}
