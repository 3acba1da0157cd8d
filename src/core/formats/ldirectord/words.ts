/** What a directive of ldirectord.cf takes (ldirectord.in `read_config`). */
export type LdirectordValue =
  | { readonly kind: 'whole'; readonly least: number; readonly most: number }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'matching'; readonly pattern: RegExp; readonly what: string }
  /** In double quotes; without them the line is no directive at all. */
  | { readonly kind: 'quoted' }
  | { readonly kind: 'text' }

export interface LdirectordWord {
  readonly name: string
  readonly value: LdirectordValue
  /** What it says, in a sentence. */
  readonly meaning: string
  /** It may stand several times. */
  readonly repeats: boolean
}

const MOST = 2_147_483_647
const text: LdirectordValue = { kind: 'text' }
const quoted: LdirectordValue = { kind: 'quoted' }
const seconds: LdirectordValue = { kind: 'whole', least: 1, most: MOST }
const count: LdirectordValue = { kind: 'whole', least: 1, most: MOST }
const yesOrNo: LdirectordValue = { kind: 'words', words: ['yes', 'no'] }

function word(
  name: string,
  value: LdirectordValue,
  meaning: string,
  { repeats = false } = {},
): LdirectordWord {
  return { name, value, meaning, repeats }
}

/** What holds for every service, and may be said again of one. */
const EVERYWHERE: readonly LdirectordWord[] = [
  word('checktimeout', seconds, 'Seconds a connect, external or ping check may take; 5 if absent.'),
  word('negotiatetimeout', seconds, 'Seconds a negotiate check may take; 30 if absent.'),
  word('checkinterval', seconds, 'Seconds between two checks; 10 if absent.'),
  word('checkcount', count, 'How often a ping check is tried before the real server counts as dead.'),
  word('failurecount', count, 'Failed checks in a row until a real server counts as dead; 1 if absent.'),
  word(
    'quiescent',
    yesOrNo,
    'yes: a dead real server stays in the table with weight 0, so connections and persistent clients stay with it; no: it is taken out. no if absent in version 4, yes in older ones.',
  ),
  word(
    'cleanstop',
    yesOrNo,
    'Whether the services are taken out of the table when ldirectord stops; yes if absent.',
  ),
  word(
    'fallback',
    text,
    'The server that gets the requests when every real server is dead: address[:port] [gate|masq|ipip].',
  ),
  word('fallback6', text, 'The same for services of IPv6.'),
  word('fallbackcommand', text, 'A program that is run when the fallback server is put in or taken out.'),
  word('emailalert', text, 'Where mails about changes of real servers go.'),
  word(
    'emailalertfreq',
    { kind: 'whole', least: 0, most: MOST },
    'Seconds until a mail is repeated; 0: never.',
  ),
  word(
    'emailalertstatus',
    text,
    'The states that are mailed, with commas: all, none, starting, running, stopping, reloading.',
  ),
  word('smtp', text, 'The mail server.'),
]

/** What stands at the begin of a line. */
export const GLOBAL_WORDS: ReadonlyMap<string, LdirectordWord> = vocabulary([
  ...EVERYWHERE,
  word('emailalertfrom', text, 'The sender of mails about changes.'),
  word('autoreload', yesOrNo, 'Whether the file is read again when it changes; no if absent.'),
  word('callback', quoted, 'A program that is run when the file has changed and was read again.'),
  word('logfile', quoted, 'A file, or a facility of syslog.'),
  word('execute', text, 'Another configuration, for which another ldirectord is started.', { repeats: true }),
  word(
    'supervised',
    { kind: 'words', words: ['yes', 'no', ''] },
    'It stays in the foreground, for whoever supervises it.',
  ),
  word('fork', yesOrNo, 'A process for every service, so that a slow check does not hold up the others.'),
  word(
    'readdquiescent',
    yesOrNo,
    'Whether a real server that was taken out by hand is added again with weight 0.',
  ),
  word('maintenancedir', text, 'A folder: a file named like a real server takes that out.'),
])

export const CHECK_TYPES = ['connect', 'negotiate', 'ping', 'off', 'on', 'external', 'external-perl'] as const
export const CHECK_SERVICES = [
  'dns',
  'ftp',
  'http',
  'https',
  'http_proxy',
  'imap',
  'imaps',
  'ldap',
  'ldaps',
  'mysql',
  'nntp',
  'none',
  'oracle',
  'pgsql',
  'pop',
  'pops',
  'radius',
  'simpletcp',
  'sip',
  'smtp',
  'submission',
] as const

/** What stands indented below a virtual service. */
export const VIRTUAL_WORDS: ReadonlyMap<string, LdirectordWord> = vocabulary([
  ...EVERYWHERE,
  word(
    'real',
    text,
    'A real server: address[->address][:port] gate|masq|ipip [weight] ["request", "receive"].',
    { repeats: true },
  ),
  word('real6', text, 'A real server of IPv6.', { repeats: true }),
  word(
    'checktype',
    {
      kind: 'matching',
      pattern: /^(?:connect|negotiate|ping|off|on|external|external-perl|\d+|checktimeout\d+)$/,
      what: `${CHECK_TYPES.join(', ')}, or a number N: a negotiate check after N connect checks`,
    },
    'How real servers are checked; negotiate if absent. off: never, they count as dead; on: never, they count as alive.',
  ),
  word(
    'service',
    { kind: 'words', words: CHECK_SERVICES },
    'What a negotiate check speaks; by the port if absent.',
  ),
  word('checkcommand', text, 'The program of an external check.'),
  word(
    'checkport',
    { kind: 'whole', least: 1, most: 65_535 },
    'The port that is checked; that of the real server if absent.',
  ),
  word('request', quoted, 'What a negotiate check asks for.'),
  word('receive', quoted, 'A regular expression that must be found in the answer.'),
  word(
    'httpmethod',
    { kind: 'matching', pattern: /^(?:get|head)$/i, what: 'GET or HEAD' },
    'The method of HTTP checks; GET if absent.',
  ),
  word('virtualhost', text, 'The Host header of HTTP checks.'),
  word('login', quoted, 'The user name of the check.'),
  word('passwd', quoted, 'The password of the check; it stands here for everybody who can read the file.'),
  word('database', quoted, 'The database of the check.'),
  word('secret', quoted, 'The secret of a RADIUS check.'),
  word('load', quoted, 'A regular expression that finds the load in the answer, which becomes the weight.'),
  word(
    'scheduler',
    { kind: 'matching', pattern: /^[a-z]+$/, what: 'the name of a scheduler, such as wrr' },
    'The scheduler; wrr if absent.',
  ),
  word('schedflags', text, 'Flags of the scheduler, with commas.'),
  word('persistent', seconds, 'For so many seconds a client stays with its real server.'),
  word('netmask', text, 'The client mask of persistence.'),
  word(
    'protocol',
    { kind: 'words', words: ['tcp', 'udp', 'fwm'] },
    'tcp if absent, udp at port 53, fwm for a mark.',
  ),
  word('ops', yesOrNo, 'Each datagram is scheduled by itself.'),
  word('monitorfile', text, 'A file into which every check is logged.'),
  word('servicename', text, 'A name for mails.'),
  word('comment', text, 'A remark for mails.'),
])

/** Directives that older versions had, and what stands for them now. */
export const REMOVED: ReadonlyMap<string, string> = new Map([
  ['timeout', 'checktimeout'],
  ['connecttimeout', 'negotiatetimeout'],
])

function vocabulary(words: readonly LdirectordWord[]): ReadonlyMap<string, LdirectordWord> {
  return new Map(words.map((each) => [each.name, each]))
}
