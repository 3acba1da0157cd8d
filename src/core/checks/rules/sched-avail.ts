import { say } from '../../speech/say.js'
import { isOlderThan } from '../../hosts/kernel-release.js'
import { SCHEDULER_FACTS } from '../../hosts/schedulers.js'
import type { TopologyEdit } from '../../topology/edit.js'
import { below } from '../../topology/path.js'
import type { Path } from '../../topology/path.js'
import type { Fix } from '../../topology/problem.js'
import type { Service } from '../../topology/types.js'
import { valueAt } from '../places.js'
import type { Rule } from '../rule.js'

export const schedulerAvailable: Rule = {
  code: 'SCHED-AVAIL',
  severity: 'error',
  title: 'A scheduler that the director’s kernel does not have',
  why: 'The service is refused and never comes to be; ipvsadm says "Scheduler or persistence engine not found".',
  kernel:
    'ip_vs_scheduler_get (ip_vs_sched.c) looks for a module of the scheduler’s name and answers ENOENT where there is ' +
    'none. fo came with Linux 3.18, ovf with 4.3, mh with 4.18, twos with 5.12. Not every kernel is built with all of them: ' +
    'Debian 12 has no twos.',
  mend: 'Choose a scheduler the kernel has, or run a newer kernel on the director.',
  source: 'net/netfilter/ipvs/ip_vs_sched.c (Linux 6.1); the history of net/netfilter/ipvs',
  explains: ['NO_SERVICE'],
  check: ({ services, hosts }, report) => {
    for (const { name, path, drawn } of services) {
      const { since } = SCHEDULER_FACTS[drawn.scheduler]
      if (since === undefined) continue
      const old = drawn.directors.find((director) => {
        const kernel = hosts.get(director)?.state.kernel
        return kernel !== undefined && isOlderThan(kernel, since)
      })
      if (old === undefined) continue
      const at = below(path, 'scheduler')
      report(
        valueAt(at),
        say`"${name}" wants the scheduler ${drawn.scheduler}, which Linux has since ${since}, but ${old} runs ${hosts.get(old)?.state.kernel ?? say`an older one`}`,
        [older(path, drawn)],
      )
    }
    for (const { name, path, drawn } of services) {
      const engine = drawn.persistence?.engine
      for (const director of drawn.directors) {
        const observed = hosts.get(director)?.observed
        const { since } = SCHEDULER_FACTS[drawn.scheduler]
        const release = observed?.state.kernel
        // A kernel that is too old is said above.
        if (release !== undefined && since !== undefined && isOlderThan(release, since)) continue
        const lacks = (module: string) => observed?.missingModules.has(module) === true
        const kernel = say`the kernel of ${director} (${release ?? say`of unknown release`})`
        if (lacks(`ip_vs_${drawn.scheduler}`)) {
          report(
            valueAt(below(path, 'scheduler')),
            say`"${name}" wants the scheduler ${drawn.scheduler}, and ${kernel} was built without it`,
            ['wlc', 'sh'].includes(drawn.scheduler) ? [] : [older(path, drawn)],
          )
        }
        if (engine !== undefined && lacks(`ip_vs_pe_${engine}`)) {
          report(
            valueAt(below(path, 'persistence', 'engine')),
            say`"${name}" wants the persistence engine ${engine}, and ${kernel} was built without it`,
          )
        }
      }
    }
  },
}

/** Hashing by client stays hashing by client, and its flags those of the other by name. */
function older(path: Path, { scheduler, flags }: Service): Fix {
  const value = SCHEDULER_FACTS[scheduler].by === 'source' ? 'sh' : 'wlc'
  const own = SCHEDULER_FACTS[scheduler].flags
  const others = SCHEDULER_FACTS[value].flags
  return {
    title: say`Change the scheduler to ${value}`,
    edits: [
      { kind: 'set', path: below(path, 'scheduler'), value },
      ...flags.flatMap((flag, index): TopologyEdit[] => {
        const other =
          flag === own?.port ? others?.port : flag === own?.fallback ? others?.fallback : undefined
        return other === undefined ? [] : [{ kind: 'set', path: below(path, 'flags', index), value: other }]
      }),
    ],
  }
}
