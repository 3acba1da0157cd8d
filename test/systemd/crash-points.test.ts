import { afterAll, beforeAll, describe, it } from 'vitest'
import { choiceFrom, enumerate } from '../lab/enumeration.js'
import { RED_HAT } from './red-hat.js'
import { startSystemdFleet } from './systemd-fleet.js'
import type { SystemdFleet } from './systemd-fleet.js'
import { systemdAvailable } from './systemd-host.js'

const CHOICE = choiceFrom(process.env, 4)

/** G5, G6, G15 on hosts that boot by systemd and are restarted: at every command of a real server that changes something. */
describe.skipIf(!systemdAvailable)('a deployment to hosts of systemd that is interrupted', () => {
  let fleet: SystemdFleet | undefined
  beforeAll(async () => {
    // Every other one is laid out as Red Hat does it.
    fleet = await startSystemdFleet(CHOICE.of === 'all' ? 6 : 2, (cluster) =>
      cluster % 2 === 0 ? '' : RED_HAT,
    )
  }, 300_000)
  afterAll(async () => {
    await fleet?.stop()
  }, 60_000)

  it(
    'is as before or as told on every host, and the next one arrives',
    async () => {
      await enumerate('a real server', fleet?.copies ?? [], CHOICE)
    },
    CHOICE.of === 'all' ? 24 * 3_600_000 : 600_000,
  )
})
