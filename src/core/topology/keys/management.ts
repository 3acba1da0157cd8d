import { toSay } from '../../speech/say.js'
import {
  boolean,
  defaulted,
  integer,
  matching,
  number,
  object,
  oneOf,
  oneOrMany,
  optional,
  required,
} from '../grammar.js'
import { CLUSTER_NAME, SCRIPT_USER_NAME } from '../names.js'
import { MANAGERS } from '../types.js'
import { address } from './addresses.js'
import { reference } from './values.js'

/** The user keepalived itself looks for (global_parser.c, DEFAULT_SCRIPT_USER). */
export const SCRIPT_USER = 'keepalived_script'

/** What keeps the table of IPVS. */
export const manage = object({
  director: defaulted(oneOf(MANAGERS), 'ipvsadm', 'ipvsadm or keepalived.'),
  scriptUser: defaulted(
    matching(SCRIPT_USER_NAME, toSay`the name of a user`),
    SCRIPT_USER,
    'Whom keepalived runs scripts of health checks as; keepalived_script when absent.',
  ),
})

/** Two directors of which one works. */
export const vrrp = object({
  id: required(integer(1, 255), 'The virtual router identifier, unique on the segment.'),
  network: required(reference, 'The network the advertisements travel on.'),
  insideVips: defaulted(
    oneOrMany(address),
    [],
    'The address real servers of a NAT pair use as gateway; one, or a list: one a family, on each network that has some.',
    { key: 'inside-vip' },
  ),
  advert: optional(number(0.01, 255), 'Seconds between advertisements.'),
  sync: defaulted(boolean, false, 'Keep connections in step between the directors.'),
  unicast: defaulted(
    boolean,
    false,
    'Send advertisements from director to director, where the network carries no multicast.',
  ),
  preempt: defaulted(
    boolean,
    true,
    'Whether the preferred director takes over again once it is back; true when absent.',
  ),
  auth: optional(
    object({
      secret: required(
        matching(CLUSTER_NAME, toSay`a name of letters, digits, dots and dashes`),
        'Names a file on both directors, /etc/keepalived/secrets/NAME.conf, with a line "auth_pass …"; never the secret itself.',
      ),
    }),
    'VRRP authentication.',
  ),
})
