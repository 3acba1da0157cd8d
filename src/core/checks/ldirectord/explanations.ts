import type { Severity } from '../../topology/problem.js'
import type { Explanation } from '../rule.js'

/** What can be wrong with an ldirectord.cf, beside what the rules about clusters say of it too. */
export const LDIRECTORD_RULES: readonly Explanation[] = [
  rule(
    'LD-DIRECTIVE',
    'error',
    'A directive that ldirectord does not know at this place',
    'ldirectord ends at the first line it does not know: it does not start, and after a reload the services are no longer watched.',
    'Correct the spelling, or move the line: what is about one virtual service is indented below it, the rest begins its line.',
  ),
  rule(
    'LD-INDENT',
    'error',
    'A line that belongs to no virtual service, or looks as if it did',
    'A section is the lines below "virtual=" that are indented by four blanks or a tab. A blank line ends it, and so does any other line; what follows indented is an unknown command.',
    'Indent the line, and take blank lines out of sections; a line with nothing but a comment may stand there.',
  ),
  rule(
    'LD-VALUE',
    'error',
    'A value that ldirectord does not take',
    'ldirectord ends at this line and does not start.',
    'Write a value the message names.',
  ),
  rule(
    'LD-REMOVED',
    'error',
    'A directive of older versions',
    'It was taken out; ldirectord ends at this line and does not start.',
    'Write the directive the message names.',
  ),
  rule(
    'LD-COMMENT',
    'error',
    'A comment that begins within a value',
    'In a section everything from # on is a comment, also in quotes: the value ends there, mostly without its closing quote.',
    'Use a value without #.',
  ),
  rule(
    'LD-NAME',
    'warning',
    'A name in the place of an address or a port',
    'It is looked up when ldirectord starts, at boot mostly before there is a resolver; ldirectord then does not start. What it means is not known here, so nothing else is checked of this line.',
    'Write the address and the port as numbers.',
  ),
  rule(
    'LD-CHECK',
    'warning',
    'A health check that says nothing of real servers',
    'What counts as dead for ever is never used, and what counts as alive for ever is used while it is dead.',
    'Choose a check that asks the real server.',
  ),
  rule(
    'LD-LIMIT',
    'error',
    'A file beyond what is read',
    'No director has so many virtual services; what follows is not looked at.',
    'Split the file, or look for what has written it.',
  ),
]

function rule(code: string, severity: Severity, title: string, why: string, mend: string): Explanation {
  const source = 'ldirectord 4.12 (ClusterLabs resource-agents), read_config'
  return { code, severity, title, why, kernel: undefined, mend, source }
}
