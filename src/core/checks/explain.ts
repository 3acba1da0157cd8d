import { said, say } from '../speech/say.js'
import { IMPORT_RULES } from './assumptions.js'
import { IPVSADM_RULES } from './ipvsadm/explanations.js'
import { KEEPALIVED_RULES } from './keepalived/explanations.js'
import { LANGUAGE_RULES } from './language.js'
import { LDIRECTORD_RULES } from './ldirectord/explanations.js'
import type { Explanation } from './rule.js'
import { RULES } from './rules.js'
import { SUPPRESSION_RULES } from './suppressions.js'

/** What is not about the cluster but about its file: what the reader reports, and what comments have wrong. */
const FILE_RULES: readonly Explanation[] = [
  ...Object.values(LANGUAGE_RULES),
  ...Object.values(SUPPRESSION_RULES),
  ...Object.values(IMPORT_RULES),
]

/** Every explanation there is: of what is reported about the file, then of the rules. */
export const EXPLANATIONS: readonly Explanation[] = [
  ...FILE_RULES,
  ...KEEPALIVED_RULES,
  ...IPVSADM_RULES,
  ...LDIRECTORD_RULES,
  ...RULES,
]

const byCode = new Map(EXPLANATIONS.map((explanation) => [explanation.code, explanation]))

/** The explanation of a finding's code, such as `DR-ARP`, in the reader's language; undefined for a code there is not. */
export function explainRule(code: string): Explanation | undefined {
  const explanation = byCode.get(code)
  if (explanation === undefined) return undefined
  // A rule's check is no part of its explanation, which may be written as JSON.
  const { severity, title, why, kernel, mend, source, needs } = explanation
  return {
    code,
    severity,
    title: said(title),
    why: said(why),
    kernel: kernel === undefined ? undefined : said(kernel),
    mend: said(mend),
    source,
    ...(needs === undefined ? {} : { needs }),
  }
}

interface Section {
  readonly heading: string
  readonly text: string
}

function sectionsOf({ why, kernel, mend, source, needs }: Explanation): Section[] {
  return [
    { heading: say`What happens`, text: why },
    ...(kernel === undefined ? [] : [{ heading: say`Why`, text: kernel }]),
    { heading: say`What to do`, text: mend },
    ...(needs === 'observed'
      ? [
          {
            heading: say`Decided on the host`,
            text: say`The file alone cannot tell: "lvs-designer check FILE --observed" reads the hosts over SSH, changes nothing, and says so.`,
          },
        ]
      : []),
    { heading: say`Known from`, text: source },
  ]
}

/** For a terminal, in lines of at most 80 columns. */
export function explanationText(explanation: Explanation): string {
  const { code, severity, title } = explanation
  const sections = sectionsOf(explanation).map(
    ({ heading, text }) =>
      `${heading}\n${wrapped(text, 78)
        .map((line) => `  ${line}`)
        .join('\n')}\n`,
  )
  return `${code} (${severity}): ${title}\n\n${sections.join('\n')}`
}

/** For hover texts and documents: one section below a heading of the given level. */
export function explanationMarkdown(explanation: Explanation, level = 3): string {
  const { code, severity, title } = explanation
  const sections = sectionsOf(explanation).map(({ heading, text }) => `**${heading}.** ${escaped(text)}\n`)
  return `${'#'.repeat(level)} ${code}: ${escaped(title)}\n\n*${severity}*\n\n${sections.join('\n')}`
}

/** docs/rules.md: every rule with its explanation. */
export function rulesDocument(): string {
  const rules: readonly Explanation[] = RULES
  const contents = (explanations: readonly Explanation[]) => [
    '| code | severity | what is wrong |',
    '| --- | --- | --- |',
    ...explanations.map(
      ({ code, severity, title, needs }) =>
        `| [${code}](#${anchorOf(code, title)}) | ${severity}${needs === 'observed' ? ', on the host' : ''} | ${escaped(title)} |`,
    ),
    '',
  ]
  const language = FILE_RULES
  return [
    '# What LVS Designer checks',
    '',
    '<!-- Made from the rules by `npm run docs`; change src/core/checks, not this file. -->',
    '',
    'Every finding has a code; `lvs-designer explain CODE` says what stands here. An error keeps a cluster from',
    'working as drawn, a warning lets it work until or except under circumstances, information is worth knowing.',
    '',
    'Rules look at the hosts as they would be after a deployment. What a file does not say of a host is derived, so a',
    'rule about a host’s settings speaks only where the file pins another value; its fix lifts the pin.',
    '',
    'With `--observed` the directors and real servers are read over SSH, and every rule looks at what was found there.',
    'Rules marked *on the host* can be decided in no other way.',
    '',
    '## Rules about the cluster',
    '',
    ...contents(rules),
    '## Rules about the file',
    '',
    ...contents(language),
    '## Rules about keepalived.conf',
    '',
    'Beside these, rules about the cluster hold where they can be decided from the file: DUP-VS, DUP-RS, THRESH, DR-L2',
    'and others. What a table of IPVS alone decides (SCHED-DST, SCHED-W, NAT-OPS, NAT-LOOP127, NAT-FTP and others) is found',
    'in keepalived.conf, tables of ipvsadm and ldirectord.cf alike.',
    '',
    'An error is what `keepalived -t` refuses a file for (status 5), also where keepalived would go on with another value',
    'than was written, as for SCHED-DFLT, METHOD-NAT and QUORUM: with `reload_check_config` a reload is refused for it.',
    'A VIP that no instance moves (HA-VIPMISS) is a warning, since a router may hand it on to an address that moves, or',
    'others may put it on both directors.',
    '',
    ...contents(KEEPALIVED_RULES),
    '## Rules about tables of ipvsadm',
    '',
    ...contents(IPVSADM_RULES),
    '## Rules about ldirectord.cf',
    '',
    ...contents(LDIRECTORD_RULES),
    '## The rules one by one',
    '',
    ...[...rules, ...language, ...KEEPALIVED_RULES, ...IPVSADM_RULES, ...LDIRECTORD_RULES].map(
      (explanation) => explanationMarkdown(explanation),
    ),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

/** The anchor Markdown viewers make of a heading: lower case, punctuation dropped, spaces as dashes. */
function anchorOf(code: string, title: string): string {
  return `${code}: ${title}`
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

/** Text as Markdown that shows it as it is: names of kernel functions have underscores. */
function escaped(text: string): string {
  return text.replace(/[\\`*_<>|[\]]/g, '\\$&')
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
