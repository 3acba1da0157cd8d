export { abandonLabs } from './begun-labs.js'
export {
  labDown,
  labStatus,
  labUp,
  type Lab,
  type LabOptions,
  type LabStatus,
  type LabUpOptions,
} from './lab.js'
export { LabError, type LabErrorCode } from './lab-error.js'
export { hostPower, type PowerAction } from './host-power.js'
export { OPERATOR } from './guest-files.js'
export {
  assertLabSpec,
  labSpecProblems,
  MANAGEMENT_INTERFACE,
  MAX_HOSTS,
  type LabDrop,
  type LabHost,
  type LabInterface,
  type LabListen,
  type LabNetwork,
  type LabRoute,
  type LabSpec,
} from './spec.js'
