import { toSay } from '../../core/speech/say.js'

/** What was being done on a host when it failed, as a person is told it. */
export const STEPS = {
  connect: toSay`connect`,
  probe: toSay`probe`,
  lock: toSay`lock`,
  unlock: toSay`unlock`,
  prepare: toSay`prepare`,
  apply: toSay`apply`,
  extend: toSay`extend`,
  verify: toSay`verify`,
  drain: toSay`drain`,
  confirm: toSay`confirm`,
  undo: toSay`undo`,
} as const
export type HostStep = keyof typeof STEPS
