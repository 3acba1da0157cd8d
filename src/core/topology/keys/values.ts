import { toSay } from '../../speech/say.js'
import { integer, matching } from '../grammar.js'
import { HOST_NAME, PLAIN_NAME } from '../names.js'

/* Values that several keys take. */

export const mtu = integer(68, 65_535)
export const port = integer(1, 65_535)
export const lineOfText = matching(/^[^\u0000-\u001f\u007f]{0,1000}$/, toSay`one line of text`)
export const hostName = { pattern: HOST_NAME, what: toSay`host` }
export const plainName = { pattern: PLAIN_NAME, what: toSay`network or service` }
/** A reference: whether it leads anywhere is for the checks, which know the whole drawing. */
export const reference = matching(/^.{1,100}$/, toSay`a name`)
