# /var/lib/lvs-designer/CLUSTER/
#   current  the id of the transaction that was confirmed last; being renamed into place is all there is to a confirmation
#   open     the id of the one that has begun and is not confirmed
#   tx/ID/   steps and undo (what it does, and the way back), journal (which steps were begun), owned and wanted (what is ours
#            and what is to be there, once it is confirmed), before (what was current), helper and words (what its timer runs)
# /run/lvs-designer/ID/, gone with a reboot like all that the steps do:
#   deadline (in seconds of uptime, the last line), timer (a process id), changing (the call that is at it), owner, state

AUDIT_LOG=/var/log/lvs-designer.log

# id_in FILE: the id it names, as `named`; empty where there is none.
id_in() {
  named=
  [ ! -r "$1" ] || read -r named _ <"$1" || :
}

use_transaction() {
  tx=$1
  folder=$home/tx/$1
  volatile=$LOCK_DIR/$1
}

# Who, when, which plan, and what became of it. That it cannot be written must not keep a host from going back.
note() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$cluster" "$tx" "${owner:--}" "${plan:--}" "$1" \
    2>/dev/null >>"$AUDIT_LOG" || :
}

# To the disk, for file systems that keep things in memory for a while.
flush() {
  sync "$@" 2>/dev/null || sync
}

# put_file PATH TEXT [MODE]: whole or not at all, also when the disk is full or the power goes; for root alone where no mode is
# said.
put_file() {
  if printf '%s\n' "$2" 2>/dev/null >"$1.new" && [ "$(cat "$1.new")" = "$2" ] && { [ $# -lt 3 ] || chmod "$3" "$1.new"; } &&
    flush "$1.new" && mv -f "$1.new" "$1" 2>/dev/null; then
    flush "${1%/*}"
  else
    rm -f "$1.new" 2>/dev/null
    reason="cannot write $1"
    return 1
  fi
}

# What a cluster does not need any longer, from the inside out; what still has something in it stays.
tidy() {
  rmdir "$home/tx" "$home" "$STATE_DIR" 2>/dev/null || :
}

# What stands in the records: of the transaction that is asked about, of one that could not be taken back, else the last
# one that was confirmed.
recall() {
  id_in "$home/current"
  confirmed=$named
  id_in "$home/open"
  record=$confirmed
  if [ -n "$named" ]; then
    find_outcome "$LOCK_DIR/$named"
    if [ "$named" = "$tx" ] || [ "$outcome" = stuck ]; then record=$named; fi
  fi
  [ -n "$record" ] || return 0
  printf '== transaction\n%s\n' "$record"
  if [ -s "$home/tx/$record/owned" ]; then
    printf '== owned\n'
    cat "$home/tx/$record/owned"
    while IFS=$TAB read -r kind key _; do
      case $kind in
      sysctl) sysctls="$sysctls $key" ;;
      module) modules="$modules $key" ;;
      file) keepalived=yes owns_conf=yes ;;
      esac
    done <"$home/tx/$record/owned"
  fi
  if [ "$record" = "$confirmed" ] || [ "$record" = "$tx" ]; then
    printf '== wanted\n'
    cat "$home/tx/$record/wanted" 2>/dev/null
  fi
  [ -n "$previous" ] && [ -n "$confirmed" ] || return 0
  printf '== previous\n'
  id_in "$home/tx/$confirmed/before"
  [ -z "$named" ] || cat "$home/tx/$named/wanted" 2>/dev/null
}

# What other clusters have written down on this host, but for what no two of them can share: what one of them needs stays when
# another does not need it any longer. Also of a transaction that is open, or could not be taken back.
recall_others() {
  printf '== others\n'
  set +f
  for current in "$STATE_DIR"/*/current "$STATE_DIR"/*/open; do
    id_in "$current"
    other=${current%/*}
    other=${other##*/}
    case $named:$other in :* | *":$cluster" | *[!A-Za-z0-9_.:-]*) continue ;; esac
    # What a reboot has undone, or was taken back and is named there still, needs nothing.
    if [ "${current##*/}" = open ]; then
      [ -d "$LOCK_DIR/$named" ] || continue
      find_outcome "$LOCK_DIR/$named"
      [ "$outcome" != reverted ] || continue
    fi
    for part in wanted owned; do
      sed -e "/^mark$TAB/d" -e "/^masquerade$TAB/d" -e "/^file$TAB/d" -e "/^drain$TAB/d" -e "/^member$TAB/d" \
        -e "s/^/$other$TAB$part$TAB/" "$STATE_DIR/$other/tx/$named/$part" 2>/dev/null
    done
  done
  set -f
}

# take_turn SECONDS: one call at a time changes a host; fails where another is still at it after that time.
take_turn() {
  exec 8>"$LOCK_DIR/apply"
  flock -w "$1" 8
}

# A call that was given up by its sender may still be running here.
hold() {
  take_turn 60 || refuse 'an earlier call is still changing this host' 'see what hangs there'
  [ -z "$tx" ] || [ ! -d "$volatile" ] || { born "$$" && printf '%s %s\n' "$$" "$born" >"$volatile/changing"; }
}

# born PID: when a process was started, as `born`, by which it is known from a later one of its number; fails where there is none.
born() {
  born=
  read -r status 2>/dev/null <"/proc/$1/stat" || return 1
  # Its name, in brackets, may be anything.
  # shellcheck disable=SC2086
  set -- ${status##*) }
  born=${20}
}

# A deadline is a line at the end of its file, so that there is a whole one at any time, whoever reads or dies meanwhile; once a
# second is enough. What goes before it ends a line that a full disk has cut off.
put_off=0
extend_deadline() {
  read_clock
  [ "$put_off" != "$now" ] || return 0
  printf '\n%s\n' "$((now + timer))" >>"$volatile/deadline" && put_off=$now
}

# As `deadline`; 0 where none is left. Fails where there is nothing to wait for any longer.
read_deadline() {
  deadline=0
  while read -r line; do
    deadline=${line:-$deadline}
  done 2>/dev/null <"$volatile/deadline"
}

is_open() {
  id_in "$home/open"
  [ "$named" = "$tx" ] && [ -d "$volatile" ]
}

is_confirmed() {
  id_in "$home/current"
  [ "$named" = "$tx" ]
}

prepare() {
  lock_is_mine || refuse 'the lock of this host is not ours any longer'
  command -v setsid >/dev/null 2>&1 || refuse 'setsid is not installed' 'install it: apt-get install util-linux (or dnf install util-linux)'
  # sudo gives it as the number of an open file, which may be the one that `hold` takes.
  if is_installed; then
    own=$(cat "$0" 2>/dev/null)
    case $own in '#!/bin/sh'*) ;; *) refuse 'the helper cannot read itself' 'install it anew: lvs-designer sudoers' ;; esac
  fi
  hold
  reason='cannot write below /var/lib/lvs-designer'
  remedy='see whether the file system is full or read-only, then try again'
  if write_down && settings_are_sound && conf_is_sound && put_file "$home/open" "$tx"; then
    reason="cannot write $volatile"
    if mkdir -p "$volatile" && extend_deadline && printf '%s\n' "$owner" >"$volatile/owner" &&
      printf 'armed\n' >"$volatile/state" && write_lock && arm; then
      note 'prepared'
      printf 'armed\t%s\n' "$timer"
      return 0
    fi
    reason="its timer could not be set: $reason"
    forget
  fi
  rm -rf "$folder.new" "$folder"
  tidy
  refuse "$reason" "$remedy"
}

# The folder of the transaction, under its name only once it is whole. Every line of standard input says which of its files it
# is for, and the last is `end`.
write_down() {
  new=$folder.new
  rm -rf "$new"
  mkdir -p "$new" 2>/dev/null || return 1
  set --
  for part in steps undo owned wanted helper; do set -- "$@" -e "s/^$part$TAB//w $new/$part" -e t; done
  # Nothing is left over but the end and its number.
  rest=$($limited sed -n "$@" -e p -e '$=' 2>/dev/null) || return 1
  count=${rest#"end$NEWLINE"}
  case $count in '' | *[!0-9]*) return 1 ;; esac
  [ "$(cat "$new/steps" "$new/undo" "$new/owned" "$new/wanted" "$new/helper" | wc -l)" -eq "$((count - 1))" ] || return 1
  # The helper that takes things back must be the one that was sent.
  if command -v sha256sum >/dev/null 2>&1; then
    case $(sha256sum <"$new/helper") in "$version"*) ;; *) return 1 ;; esac
  fi
  # Where this is a file that may be run as root (sudoers), so is what its timer runs: itself, whatever was sent.
  ! is_installed || printf '%s\n' "$own" 2>/dev/null >"$new/helper" || return 1
  # One that could not be taken back is there again should this one be taken back.
  id_in "$home/open"
  superseded=$named
  id_in "$home/current"
  words="cluster $cluster${NEWLINE}tx $tx${NEWLINE}token $token${NEWLINE}owner ${owner:--}${NEWLINE}plan ${plan:-none}${NEWLINE}--"
  {
    printf '%s\n' "$superseded" >"$new/superseded" && printf '%s\n' "$named" >"$new/before" &&
      printf '%s\n' "$words" >"$new/words" && : >"$new/journal"
  } 2>/dev/null || return 1
  [ "$(cat "$new/superseded" "$new/before" "$new/words")" = "$superseded$NEWLINE$named$NEWLINE$words" ] || return 1
  set --
  for part in steps undo owned wanted helper superseded before words journal; do set -- "$@" "$new/$part"; done
  flush "$@" "$new" && mv "$new" "$folder" && flush "$home/tx"
}
