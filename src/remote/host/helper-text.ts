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

/** Once for each call to each host it goes over the wire: without what is for readers of the source, but the beginning. */
const [lean, leanCall] = [
  [words, probe, lock, settings, evidence, keepalived, transaction, steps, wayBack, confirmation, deadman],
  [call],
].map((parts) => parts.join('\n').replace(/^ *#(?! shellcheck).*\n/gm, ''))

/** All that runs on a host, as one constant text; functions first, the call last. `boot` writes a script with comments. */
export const HELPER_FUNCTIONS = [helper, lean, boot].join('\n')
export const HELPER_TEXT = `${HELPER_FUNCTIONS}\n${leanCall}`
