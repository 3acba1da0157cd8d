import type { Severity } from '../../topology/problem.js'
import type { Explanation } from '../rule.js'

/** What can be wrong with rules of ipvsadm, beside what the rules about clusters say of them too. */
export const IPVSADM_RULES: readonly Explanation[] = [
  rule(
    'IPVS-SYNTAX',
    'error',
    'A line that ipvsadm does not take',
    '"ipvsadm -R" ends at once, with status 2 or 255: what stands above is loaded, what stands below is not.',
    'Correct the line; ipvsadm(8) says what goes with which command.',
  ),
  rule(
    'IPVS-COMMENT',
    'warning',
    'A comment in a table of rules',
    '"ipvsadm -R" takes it for a wrong call and ends: the rest of the table is not loaded. Only the script ipvsadm-restore takes out lines that begin with #.',
    'Take the comment out, or load the table with ipvsadm-restore.',
  ),
  rule(
    'IPVS-NAME',
    'warning',
    'A name in the place of a number',
    'It is looked up while the rules are loaded, at boot mostly before there is a resolver; the line is then lost.',
    'Save with "ipvsadm -S -n", which writes numbers.',
  ),
  rule(
    'IPVS-VALUE',
    'error',
    'A value that ipvsadm or the kernel refuses',
    'The service or real server is not there after the table is loaded; ipvsadm goes on with the next line, and its status is that of the last.',
    'Write a value the message names.',
  ),
  rule(
    'IPVS-ORDER',
    'error',
    'Lines or options in an order that does not work',
    'ipvsadm reads from left to right and from top to bottom: a real server needs its service above it, and -6 stands behind -f.',
    'Put them in order.',
  ),
]

function rule(code: string, severity: Severity, title: string, why: string, mend: string): Explanation {
  const source = 'ipvsadm 1.31, ipvsadm.c; tried with Linux 6.1'
  return { code, severity, title, why, kernel: undefined, mend, source }
}
