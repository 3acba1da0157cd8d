import type { Rule } from '../rule.js'
import { strictRepliesCheck } from './dr-urpf.js'

export const tunUnicastReversePath: Rule = {
  code: 'TUN-URPF',
  severity: 'error',
  title: 'The real server’s network lets nothing out with the VIP as source',
  why: 'Requests reach this real server and are answered, but no answer leaves its site; clients that are given to it wait until they give up.',
  kernel:
    'The route to the VIP leads to the director’s site, and a reply with the VIP as source comes from another. Strict reverse path ' +
    'filtering drops it (__fib_validate_source, fib_frontend.c), as filters of providers against forged sources do (BCP 38).',
  mend: 'Let the network permit the VIP as source: filter loosely (2) on the router, or make an exception.',
  source: 'net/ipv4/fib_frontend.c (Linux 6.1); RFC 2827; RFC 3704',
  explains: ['RP_FILTER_DROP'],
  leg: 'reply',
  check: strictRepliesCheck('tun'),
}
