import { ABSENT } from './setting.js'
import type { Setting, SettingKind } from './setting.js'
import type { DraftStep, Stage, StagedStep } from './step.js'

/**
 * Steps of one host in their order. Building: modules, tunnel devices (which bring settings of their own), settings of
 * the kernel, then links, VIP, gateway; on a director IPVS with its marks and masquerading before the VIP, and every
 * destination at weight 0 until the VIP is there. Taking away is the
 * mirror image, and comes first: a VIP must never stay where its protection (ARP settings) has gone.
 */
export function orderSteps(steps: readonly DraftStep[], onDirector: boolean): StagedStep[] {
  const away = steps.filter((step) => takesAway(step))
  const build = steps.filter((step) => !takesAway(step))
  if (!onDirector) {
    return staged('real-servers', [...sorted(away, REAL_SERVER_DOWN), ...sorted(build, REAL_SERVER_UP)])
  }
  // A new destination stands at weight 0 until everything it needs is in place.
  const first = build.map((step) =>
    startsAtZero(step) ? { ...step, after: atWeightZero(step.after) } : step,
  )
  const raised = build
    .filter(startsAtZero)
    .map((step): DraftStep => ({ ...step, before: atWeightZero(step.after), record: 'keep' }))
  return [
    ...staged('quiesce', [...quiesced(away), ...sorted(away, DIRECTOR_DOWN)]),
    ...staged('directors', [
      ...sorted(first.filter(isOfTheKernel), DIRECTOR_UP),
      ...raised,
      // keepalived finds the table as it would make it, and takes it over.
      ...sorted(
        first.filter((step) => !isOfTheKernel(step)),
        DIRECTOR_UP,
      ),
    ]),
  ]
}

/** The same for a host that has none of it, and where nothing is to be seen half-way: at boot. */
export function bootOrder(settings: readonly Setting[], onDirector: boolean): Setting[] {
  return sorted(settings, onDirector ? DIRECTOR_UP : REAL_SERVER_UP)
}

function isOfTheKernel({ kind }: DraftStep): boolean {
  return kind !== 'file' && kind !== 'daemon'
}

function staged(stage: Stage, steps: readonly DraftStep[]): StagedStep[] {
  return steps.map((step) => ({ ...step, stage }))
}

function takesAway(step: DraftStep): boolean {
  return step.record === 'release'
}

/** Destinations that go get weight 0 first, all of them, so that none takes what another gives up. */
function quiesced(away: readonly DraftStep[]): DraftStep[] {
  return away
    .filter(({ kind, before, after }) => kind === 'destination' && before !== ABSENT && after === ABSENT)
    .filter(({ before }) => atWeightZero(before) !== before)
    .map((step) => ({ ...step, after: atWeightZero(step.before), record: 'keep' }))
}

function startsAtZero({ kind, before, after }: DraftStep): boolean {
  return kind === 'destination' && before === ABSENT && atWeightZero(after) !== after
}

/** `-g -w 3` → `-g -w 0`. */
export function atWeightZero(state: string): string {
  return state.replace(/ -w \d+/, ' -w 0')
}

const REAL_SERVER_UP: readonly SettingKind[] = [
  'module',
  'fou',
  'tunnel-device',
  'sysctl',
  'link',
  'address',
  'route',
  'mark',
  'masquerade',
  'virtual-service',
  'destination',
  'file',
  'daemon',
]
const REAL_SERVER_DOWN: readonly SettingKind[] = [...REAL_SERVER_UP].reverse()
const DIRECTOR_UP: readonly SettingKind[] = [
  'module',
  'fou',
  'tunnel-device',
  'sysctl',
  'link',
  'route',
  'virtual-service',
  'destination',
  'mark',
  'masquerade',
  'address',
  'file',
  'daemon',
]
const DIRECTOR_DOWN: readonly SettingKind[] = [
  'destination',
  'daemon',
  'file',
  'address',
  'masquerade',
  'mark',
  'virtual-service',
  'route',
  'link',
  'sysctl',
  'tunnel-device',
  'fou',
  'module',
]

function sorted<Of extends { readonly kind: SettingKind }>(
  steps: readonly Of[],
  order: readonly SettingKind[],
): Of[] {
  return [...steps].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}
