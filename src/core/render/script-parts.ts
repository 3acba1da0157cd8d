import {
  END_MASQUERADING,
  MARK_PACKETS,
  MASQUERADE,
  STOP_MASQUERADING,
  UNMARK_PACKETS,
} from './nftables-parts.js'
import type { ScriptFunction } from './script-function.js'

/** Shell functions that commands of the scripts call. Constant text; values come as arguments. */

const HAS_ADDRESS: ScriptFunction = {
  name: 'has_address',
  lines: ['has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }'],
}

const IN_TABLE: ScriptFunction = {
  name: 'in_table',
  lines: [
    '# Whether the IPVS table has a line that begins like this. (ipvsadm would load ip_vs just to look.)',
    'in_table() { [ -e /proc/net/ip_vs ] && ipvsadm -S -n | grep -q -F -e "$1 "; }',
  ],
}

const REMEMBER: ScriptFunction = {
  name: 'remember',
  lines: ['remember() { grep -q -F -e "$1 = " "$record" || printf \'%s = %s\\n\' "$1" "$2" >>"$record"; }'],
}

const REMEMBER_MODULE: ScriptFunction = {
  name: 'remember_module',
  lines: [
    'remember_module() {',
    '  if [ -d "/sys/module/$1" ]; then remember "module $1" loaded; else remember "module $1" absent; fi',
    '}',
  ],
}

const REMEMBER_SYSCTL: ScriptFunction = {
  name: 'remember_sysctl',
  lines: ['remember_sysctl() { remember "sysctl $1" "$(sysctl -n "$1" 2>/dev/null || echo absent)"; }'],
}

const REMEMBER_LINK: ScriptFunction = {
  name: 'remember_link',
  lines: [
    'remember_link() {',
    '  # (Asked for a tunnel device that is not there, ip would load its driver.)',
    '  if [ ! -e "/sys/class/net/$1" ]; then',
    '    remember "link $1" absent',
    '  else',
    '    case $(ip -o link show dev "$1") in',
    `    *[\\<,]UP[,\\>]*) remember "link $1" up ;;`,
    '    *) remember "link $1" down ;;',
    '    esac',
    '  fi',
    '}',
  ],
}

const HAS_FOU: ScriptFunction = {
  name: 'has_fou',
  lines: [
    '# has_fou FAMILY PORT: whether GUE is unpacked there.',
    'has_fou() {',
    `  case $1 in 6) set -- "port $2 gue -6" ;; *) set -- "port $2 gue" ;; esac`,
    '  ip fou show 2>/dev/null | grep -q -x -F -e "$1"',
    '}',
  ],
}

const REMEMBER_FOU: ScriptFunction = {
  name: 'remember_fou',
  lines: [
    'remember_fou() {',
    '  if has_fou "$1" "$2"; then remember "fou $1 $2" present; else remember "fou $1 $2" absent; fi',
    '}',
  ],
}

const WAS: ScriptFunction = {
  name: 'was',
  lines: [
    '# What up.sh wrote down of a setting; nothing where it did not run.',
    'was() {',
    '  [ -r "$record" ] || return 0',
    '  while IFS= read -r line; do',
    `    case $line in "$1 = "*) printf '%s\\n' "\${line#"$1 = "}" ;; esac`,
    '  done <"$record"',
    '}',
  ],
}

const NO_RECORD: ScriptFunction = {
  name: 'no_record',
  lines: [`no_record() { printf '%s stays as it is: up.sh left no record of what it was\\n' "$1" >&2; }`],
}

const PUT_BACK_SYSCTL: ScriptFunction = {
  name: 'put_back_sysctl',
  lines: [
    'put_back_sysctl() {',
    '  value=$(was "sysctl $1")',
    '  case $value in',
    `  '') no_record "$1" ;;`,
    '  absent) ;; # it came with a device, and goes with it',
    '  *) sysctl -q -w "$1=$value" ;;',
    '  esac',
    '}',
  ],
}

const PUT_BACK_FOU: ScriptFunction = {
  name: 'put_back_fou',
  lines: [
    'put_back_fou() {',
    '  case $(was "fou $1 $2") in',
    `  '') no_record "UDP port $2 of fou" ;;`,
    '  present) ;;',
    '  *) if has_fou "$1" "$2"; then ip "-$1" fou del port "$2"; fi ;;',
    '  esac',
    '}',
  ],
}

const PUT_BACK_LINK: ScriptFunction = {
  name: 'put_back_link',
  lines: [
    'put_back_link() {',
    '  case $(was "link $1") in',
    `  '') no_record "$1" ;;`,
    '  up) ;;',
    '  *) ip link set dev "$1" down 2>/dev/null || : ;; # no such device: as good as down',
    '  esac',
    '}',
  ],
}

const PUT_BACK_ROUTE: ScriptFunction = {
  name: 'put_back_route',
  lines: [
    '# put_back_route FAMILY ROUTE...: the route is the one up.sh made.',
    'put_back_route() {',
    '  family=$1',
    '  shift',
    '  value=$(was "route $family")',
    '  case $value in',
    `  '') no_record "the IPv$family default route" ;;`,
    '  absent) [ -z "$(ip "-$family" route show "$@")" ] || ip "-$family" route del "$@" ;;',
    '  *)',
    '    # shellcheck disable=SC2086 # it is several words',
    '    ip "-$family" route replace $value',
    '    ;;',
    '  esac',
    '}',
  ],
}

const UNLOAD_IF_OURS: ScriptFunction = {
  name: 'unload_if_ours',
  lines: [
    '# A module that others use by now refuses to go, and stays.',
    'unload_if_ours() {',
    '  if [ "$(was "module $1")" = absent ]; then modprobe -r -q "$1" 2>/dev/null || :; fi',
    '}',
  ],
}

const CONFIG_IS_SOUND: ScriptFunction = {
  name: 'config_is_sound',
  lines: [
    '# keepalived goes on with what it can make of a wrong file; so whatever it has to say of this one counts.',
    'config_is_sound() {',
    '  words=$(keepalived -t -f "$here/keepalived.conf" -i none 2>&1) || :',
    `  [ -z "$words" ] || { printf '%s\\n' "$words" >&2; return 1; }`,
    '}',
  ],
}

const INSTALL_CONFIG: ScriptFunction = {
  name: 'install_config',
  lines: [
    'install_config() {',
    `  config_is_sound || { printf '%s stays as it is\\n' "$1" >&2; exit 1; }`,
    '  # Kept once: the second time it is ours that stands there.',
    '  case $(was "file $1") in',
    `  '')`,
    '    if [ -s "$1" ]; then',
    '      cp -p "$1" "$1.before-lvs"',
    '      remember "file $1" present',
    '    else',
    '      remember "file $1" absent',
    '    fi',
    '    ;;',
    '  esac',
    '  cp "$here/keepalived.conf" "$1.new"',
    '  chmod 640 "$1.new"',
    '  mv -f "$1.new" "$1"',
    '}',
  ],
}

const DAEMON_RUNS: ScriptFunction = {
  name: 'daemon_runs',
  lines: ['daemon_runs() { pidof "$1" >/dev/null 2>&1; }'],
}

const RELOAD_DAEMON: ScriptFunction = {
  name: 'reload_daemon',
  lines: [
    'reload_daemon() {',
    '  if [ -d /run/systemd/system ]; then systemctl reload "$1"; else pkill -HUP -o -x "$1"; fi',
    '}',
  ],
}

const START_DAEMON: ScriptFunction = {
  name: 'start_daemon',
  lines: [
    '# One that runs reads its configuration again; it is never restarted, which would cut connections.',
    'start_daemon() {',
    '  if daemon_runs "$1"; then',
    '    reload_daemon "$1"',
    '  elif [ -d /run/systemd/system ]; then',
    '    systemctl enable --now "$1"',
    '  elif [ -x /sbin/openrc-run ]; then',
    '    rc-update add "$1" default && rc-service "$1" start',
    '  else',
    '    "$1"',
    '  fi',
    '}',
  ],
}

const REMEMBER_DAEMON: ScriptFunction = {
  name: 'remember_daemon',
  lines: [
    'remember_daemon() {',
    '  if daemon_runs "$1"; then remember "daemon $1" running; else remember "daemon $1" absent; fi',
    '}',
  ],
}

const PUT_BACK_CONFIG: ScriptFunction = {
  name: 'put_back_config',
  lines: [
    'put_back_config() {',
    '  if [ -e "$1.before-lvs" ]; then mv -f "$1.before-lvs" "$1"; else rm -f "$1"; fi',
    '  if daemon_runs keepalived; then reload_daemon keepalived; fi',
    '}',
  ],
}

const PUT_BACK_DAEMON: ScriptFunction = {
  name: 'put_back_daemon',
  lines: [
    'put_back_daemon() {',
    '  case $(was "daemon $1") in',
    `  '') no_record "$1" ;;`,
    '  running) ;;',
    '  *)',
    '    if [ -d /run/systemd/system ]; then',
    '      systemctl disable --now "$1"',
    '    elif [ -x /sbin/openrc-run ]; then',
    '      rc-service "$1" stop && rc-update del "$1" default',
    '    elif daemon_runs "$1"; then',
    '      pkill -o -x "$1"',
    '    fi',
    '    ;;',
    '  esac',
    '}',
  ],
}

const WAIT_FOR_DRAIN: ScriptFunction = {
  name: 'wait_for_drain',
  lines: [
    '# wait_for_drain REAL-SERVER SERVICE...: until it has no active connections. All real servers',
    '# together get this many seconds; what is still open after that is cut.',
    'drain=${DRAIN:-30}',
    'wait_for_drain() {',
    '  real_server=$1',
    '  shift',
    '  while [ "$drain" -gt 0 ]; do',
    '    active=$(ipvsadm -L -n "$@" | while read -r arrow address _ _ connections _; do',
    `      [ "$arrow $address" != "-> $real_server" ] || printf '%s' "$connections"`,
    '    done)',
    '    [ "${active:-0}" != 0 ] || return 0',
    `    printf 'waiting for %s connections of %s\\n' "$active" "$real_server"`,
    '    sleep 1',
    '    drain=$((drain - 1))',
    '  done',
    '}',
  ],
}

/** A function stands after those it calls. */
const FUNCTIONS: readonly ScriptFunction[] = [
  HAS_ADDRESS,
  IN_TABLE,
  REMEMBER,
  REMEMBER_MODULE,
  REMEMBER_SYSCTL,
  REMEMBER_LINK,
  HAS_FOU,
  REMEMBER_FOU,
  MARK_PACKETS,
  UNMARK_PACKETS,
  MASQUERADE,
  STOP_MASQUERADING,
  END_MASQUERADING,
  WAS,
  NO_RECORD,
  PUT_BACK_SYSCTL,
  PUT_BACK_FOU,
  PUT_BACK_LINK,
  PUT_BACK_ROUTE,
  UNLOAD_IF_OURS,
  CONFIG_IS_SOUND,
  DAEMON_RUNS,
  RELOAD_DAEMON,
  INSTALL_CONFIG,
  START_DAEMON,
  REMEMBER_DAEMON,
  PUT_BACK_CONFIG,
  PUT_BACK_DAEMON,
  WAIT_FOR_DRAIN,
]

/** From the last to the first: a function that is called stands before its caller. */
const CALLERS_FIRST = FUNCTIONS.toReversed().map((candidate) => ({
  candidate,
  called: new RegExp(`(?<![\\w-])${candidate.name}(?![\\w-])`),
  text: `\n${candidate.lines.join('\n')}`,
}))

/** The functions these commands call, and those they call in turn, each once. */
export function functionsFor(commands: readonly string[]): string[] {
  let body = commands.join('\n')
  const used = new Set<ScriptFunction>()
  for (const { candidate, called, text } of CALLERS_FIRST) {
    if (!called.test(body)) continue
    used.add(candidate)
    body += text
  }
  return FUNCTIONS.filter((candidate) => used.has(candidate)).flatMap(({ lines }) => ['', ...lines])
}
