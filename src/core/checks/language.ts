import type { ProblemCode } from '../topology/problem.js'
import type { Explanation } from './rule.js'

/** What the reader of the file itself can report, explained like every other rule. */
export const LANGUAGE_RULES: Readonly<Record<ProblemCode, Explanation>> = {
  'FILE-SYNTAX': language(
    'FILE-SYNTAX',
    'error',
    'The text is not YAML',
    'Nothing after the place can be trusted to mean what it looks like.',
    'Mend the text at the place shown; often it is a missing quote, bracket or space after a colon, or a tab.',
  ),
  'FILE-LIMIT': language(
    'FILE-LIMIT',
    'error',
    'The file is beyond what is read',
    'A file this large or this deeply nested is no topology a person wrote, and reading it would make the editor stall.',
    'Split the cluster into several files, or write out what aliases multiply.',
  ),
  'FILE-EMPTY': language(
    'FILE-EMPTY',
    'error',
    'The file says nothing',
    'There is no topology to look at.',
    'Start with "lvs: 1" and a name, or from a sample.',
  ),
  'FILE-VERSION': language(
    'FILE-VERSION',
    'error',
    'The file is in another version of the format',
    'Keys may mean something else there.',
    'Use a program that reads that version, or bring the file to version 1.',
  ),
  'KEY-UNKNOWN': language(
    'KEY-UNKNOWN',
    'warning',
    'A key that means nothing here',
    'It is kept in the file but has no effect; often it is a misspelling of one that would.',
    'Correct the spelling, or take the key out.',
  ),
  'KEY-MISSING': language(
    'KEY-MISSING',
    'error',
    'A key that must be there is missing',
    'Without it the drawing does not say enough to be checked or deployed.',
    'Add the key.',
  ),
  'KEY-DUPLICATE': language(
    'KEY-DUPLICATE',
    'error',
    'The same key twice',
    'Only the first is read; the second has no effect, which is never what was meant.',
    'Join the two, or rename one.',
  ),
  'NAME-SYNTAX': language(
    'NAME-SYNTAX',
    'error',
    'A name that cannot be used',
    'Names become file names, arguments and entries on hosts; what is not safe there is refused here.',
    'Use letters, digits, dots, dashes and underscores.',
  ),
  'VALUE-TYPE': language(
    'VALUE-TYPE',
    'error',
    'A value of the wrong kind',
    'A map, a list and a single value are different things, and this key takes another one.',
    'Write the value in the form the message names.',
  ),
  'VALUE-RANGE': language(
    'VALUE-RANGE',
    'error',
    'A value outside what is possible',
    'The kernel or the tools would refuse it.',
    'Choose a value within the range the message names.',
  ),
  'VALUE-UNKNOWN': language(
    'VALUE-UNKNOWN',
    'error',
    'A word that is not one of those known',
    'This key takes one of a few words.',
    'Choose one of the words the message lists.',
  ),
  'ADDR-SYNTAX': language(
    'ADDR-SYNTAX',
    'error',
    'Not an IP address or subnet',
    'Nothing can be derived from it.',
    'Write IPv4 in four decimal parts or IPv6, a subnet with its prefix length and no host bits.',
  ),
  'SCHED-UNKNOWN': language(
    'SCHED-UNKNOWN',
    'error',
    'A scheduler the kernel does not know',
    'keepalived would go on with wlc and a line in its log; ipvsadm would refuse the service.',
    'Choose one of the kernel’s schedulers.',
  ),
}

function language(
  code: ProblemCode,
  severity: Explanation['severity'],
  title: string,
  why: string,
  mend: string,
): Explanation {
  return { code, severity, title, why, kernel: undefined, mend, source: 'the topology format, version 1' }
}
