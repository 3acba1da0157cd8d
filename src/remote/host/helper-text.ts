import boot from './boot.sh'
import call from './call.sh'
import helper from './helper.sh'
import keepalived from './keepalived.sh'
import transaction from './transaction.sh'

/** All that runs on a host, as one constant text; functions first, the call last. */
export const HELPER_FUNCTIONS = [helper, keepalived, transaction, boot].join('\n')
export const HELPER_TEXT = `${HELPER_FUNCTIONS}\n${call}`
