import boot from './boot.sh'
import call from './call.sh'
import confirmation from './confirmation.sh'
import deadman from './deadman.sh'
import evidence from './evidence.sh'
import helper from './helper.sh'
import keepalived from './keepalived.sh'
import lock from './lock.sh'
import probe from './probe.sh'
import settings from './settings.sh'
import steps from './steps.sh'
import transaction from './transaction.sh'
import wayBack from './way-back.sh'
import words from './words.sh'

/** All that runs on a host, as one constant text; functions first, the call last. */
export const HELPER_FUNCTIONS = [
  helper,
  words,
  probe,
  lock,
  settings,
  evidence,
  keepalived,
  transaction,
  steps,
  wayBack,
  confirmation,
  deadman,
  boot,
].join('\n')
export const HELPER_TEXT = `${HELPER_FUNCTIONS}\n${call}`
