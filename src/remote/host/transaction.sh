# --- transactions ----------------------------------------------------------------------------------------------
#
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

# Nothing must turn out to be impossible half-way: every word is looked at before the first is acted on.
settings_are_sound() {
  said=$(check_settings) && return 0
  reason=${said#"refused$TAB"}
  remedy=${reason#*"$TAB"}
  reason=${reason%%"$TAB"*}
  return 1
}

check_settings() {
  checking=yes
  for part in steps undo; do
    while IFS=$TAB read -r id at kind key after before; do
      valid_name "$id"
      valid_name "$at"
      put "$kind" "$key" "$after" "$before"
    done <"$folder/$part"
  done
  for part in wanted owned; do
    while IFS=$TAB read -r kind key after; do
      put "$kind" "$key" "$after" absent
    done <"$folder/$part"
  done
}

# The timer needs neither this call nor its session nor the network. It is read back: nothing changes without it.
arm() {
  reason='it does not run'
  if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1; then
    # shellcheck disable=SC2016
    run systemd-run --quiet --unit="lvs-designer-$tx" --on-active="${timer}s" --timer-property=AccuracySec=1s \
      /bin/sh -c 'exec /bin/sh "$1/helper" deadman <"$1/words"' lvs-designer "$folder" &&
      run systemctl is-active --quiet "lvs-designer-$tx.timer"
    return
  fi
  # shellcheck disable=SC2016
  setsid /bin/sh -c 'exec /bin/sh "$1/helper" deadman <"$1/words"' lvs-designer "$folder" </dev/null >/dev/null 2>&1 8>&- &
  tries=0
  until [ -s "$volatile/timer" ] && read -r process <"$volatile/timer" && kill -0 "$process" 2>/dev/null; do
    [ "$tries" -lt 100 ] || return 1
    tries=$((tries + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
}

# Once everything is settled; the timer itself must not end itself.
disarm() {
  rm -f "$volatile/deadline"
  if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then
    systemctl stop "lvs-designer-$tx.timer" >/dev/null 2>&1 || :
  elif [ -s "$volatile/timer" ] && read -r process <"$volatile/timer" && [ "$process" != "$$" ]; then
    case $(tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline") in *"$tx"*) end_tree "$process" ;; esac
  fi
}

# end_tree PID: a process and all that it has started, none of which gets to start another.
end_tree() {
  kill -STOP "$1" 2>/dev/null || return 0
  # shellcheck disable=SC2013
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do end_tree "$child"; done
  kill -KILL "$1" 2>/dev/null || :
}

apply() {
  hold
  # What takes it back gives the lock back as well.
  is_open || refuse 'the time for this change was up, and the host has taken it back' 'try again; --timer gives it more time'
  lock_is_mine || refuse 'the lock of this host is not ours any longer'
  write_lock "$drain"
  while IFS=$TAB read -r id at kind key after before; do
    [ "$at" = "$stage" ] || continue
    extend_deadline
    reason='could not write the journal'
    if ! printf '%s\n' "$id" 2>/dev/null >>"$folder/journal"; then
      printf 'failed\t%s\t%s\n' "$id" "$reason"
      return 1
    fi
    reason='failed without a word'
    if ! put "$kind" "$key" "$after" "$before"; then
      printf 'failed\t%s\t%s\n' "$id" "$reason"
      return 1
    fi
    printf 'done\t%s\n' "$id"
  done <"$folder/steps"
  reason='failed without a word'
  if ! end_masquerading; then
    printf 'failed\t-\t%s\n' "$reason"
    return 1
  fi
  extend_deadline
  printf 'finished\n'
  [ -z "$back" ] || probe
}

extend() {
  is_open || refuse 'the time for this change was up, and the host has taken it back' 'try again; --timer gives it more time'
  extend_deadline
  ! lock_is_mine || write_lock
  printf 'extended\n'
}

# take_back [STAGE]: undoes what the journal says was begun, the last first, and goes on after what does not go back.
take_back() {
  begun=$NEWLINE$(cat "$folder/journal" 2>/dev/null)$NEWLINE
  amiss=
  # What goes back must not wait for connections that only exist because of the change.
  drain=0
  while IFS=$TAB read -r id at kind key after before; do
    [ -z "${1:-}" ] || [ "$at" = "$1" ] || continue
    case $begun in *"$NEWLINE$id$NEWLINE"*) ;; *) continue ;; esac
    reason='failed without a word'
    put "$kind" "$key" "$after" "$before" && continue
    amiss=yes
    printf 'failed\t%s\t%s\n' "$id" "$reason"
  done <"$folder/undo"
  reason='failed without a word'
  if ! end_masquerading; then
    amiss=yes
    printf 'failed\t-\t%s\n' "$reason"
  fi
  [ -z "$amiss" ]
}

# The transaction has never been. One that could not be taken back before it is there again.
forget() {
  [ ! -d "$volatile" ] || printf 'reverted\n' >"$volatile/state"
  disarm
  # What runs at boot comes before a confirmation, which may not have come about.
  id_in "$home/current"
  [ -n "$named" ] || remove_hook
  id_in "$folder/superseded"
  if [ -n "$named" ] && [ -d "$home/tx/$named" ]; then
    put_file "$home/open" "$named"
  elif ! rm -f "$home/open" 2>/dev/null; then
    # Left for whoever comes next: `state` says what has become of it.
    return 0
  fi
  rm -rf "$folder"
  flush "$home"
  tidy
}

# Of what it did nothing has outlived a reboot, but for the empty file that the one of keepalived was mounted over.
forget_after_reboot() {
  while IFS=$TAB read -r id _ kind _ after _; do
    [ "$kind:$after" = file:absent ] || continue
    grep -q -x -F -e "$id" "$folder/journal" || continue
    locate_conf
    [ -s "$conf" ] || rm -f "$conf"
  done 2>/dev/null <"$folder/undo"
  forget
  note 'undone by a reboot'
}

# undo [WHY]: takes back for good what is not confirmed; what has become of it as `said`. From here on it cannot be confirmed.
undo() {
  printf 'undoing\n' >"$volatile/state"
  if take_back; then
    forget
    said="undone${1:-}"
  else
    printf 'stuck\n' >"$volatile/state"
    said="could not be undone${1:-}"
  fi
}

# find_outcome FOLDER: what has become of a transaction, as `outcome`; empty where nothing is written of it.
find_outcome() {
  outcome=
  [ ! -r "$1/state" ] || read -r outcome <"$1/state" || :
}

revert() {
  # A call that was given up may still be at it: what it does must not come after this.
  [ ! -d "$LOCK_DIR" ] || hold
  if is_confirmed; then
    # Its lock was given back. Whoever has begun since goes by what it has done, and keeps it.
    if ! (takeover=$owner && take_lock) >/dev/null; then
      printf 'confirmed\n'
      return 0
    fi
  else
    # A removal that was confirmed has left nothing to go by.
    find_outcome "$volatile"
    if [ "$outcome" = confirmed ]; then
      printf 'confirmed\n'
      return 0
    fi
    id_in "$home/open"
    if [ "$named" != "$tx" ] || [ "$outcome" = reverted ]; then
      give_lock_back
      printf 'reverted\n'
      return 0
    fi
    if [ ! -d "$volatile" ]; then
      forget_after_reboot
      printf 'reverted\n'
      return 0
    fi
    extend_deadline
    printf 'undoing\n' >"$volatile/state"
  fi
  if ! take_back "$stage"; then
    [ ! -d "$volatile" ] || printf 'stuck\n' >"$volatile/state"
    note 'could not be undone'
    printf 'unfinished\n'
    return 1
  fi
  if [ -z "$finish" ]; then
    printf 'undone\n'
    return 0
  fi
  if is_confirmed; then
    if ! keep_conf; then
      printf 'failed\t-\t%s\nunfinished\n' "$reason"
      return 1
    fi
    id_in "$folder/before"
    if [ -z "$named" ]; then
      rm -f "$home/current"
      remove_hook
    elif ! put_file "$home/current" "$named"; then
      printf 'failed\t-\t%s\nunfinished\n' "$reason"
      return 1
    fi
  fi
  forget
  note 'undone'
  give_lock_back
  printf 'reverted\n'
}

confirm() {
  find_outcome "$volatile"
  # A call that was given up may still be at it; what has become of it is looked at once that has ended.
  if [ "$outcome" != reverted ] && [ -d "$LOCK_DIR" ]; then
    hold
    find_outcome "$volatile"
  fi
  if [ "$outcome" = confirmed ]; then
    # One that died while it cleared away.
    if is_confirmed && [ ! -s "$folder/wanted" ] && [ ! -s "$folder/owned" ]; then conclude; fi
  elif is_confirmed; then
    conclude
  elif ! is_open; then
    printf 'reverted\n'
    return 0
  elif [ "$outcome" != armed ]; then
    # Taken back in part, by a call or a timer that has ended before it was through, or could not go on.
    stage='' finish=yes
    revert
    return
  # From here on it holds. What runs at boot is there before, since it only does what `current` says.
  elif { [ ! -s "$folder/wanted" ] || install_hook; } && put_file "$home/current" "$tx"; then
    conclude
  else
    printf 'failed\t-\t%s\n' "$reason"
    return 1
  fi
  give_lock_back
  printf 'confirmed\n'
}

# What is left to do once a transaction is confirmed; harmless to do twice. One after which nothing is wanted leaves nothing.
conclude() {
  id_in "$home/open"
  # Another has begun since, which it was concluded for.
  [ "${named:-$tx}" = "$tx" ] || return 0
  id_in "$folder/before"
  kept=$named
  # Where the disk does not take it, it stays mounted, and the next boot tries again.
  keep_conf || note "confirmed, and not written yet: $reason"
  rm -f "$home/open"
  [ ! -d "$volatile" ] || printf 'confirmed\n' >"$volatile/state"
  disarm
  note 'confirmed'
  if [ ! -s "$folder/wanted" ] && [ ! -s "$folder/owned" ]; then
    remove_hook
    rm -rf "$home"
    tidy
    return 0
  fi
  set +f
  for each in "$home"/tx/*; do
    case ${each##*/} in "$tx" | "$kept") ;; *) rm -rf "$each" ;; esac
  done
  set -f
}

# What a run before has left, before anybody looks at the host.
settle() {
  id_in "$home/open"
  if [ -n "$named" ]; then
    use_transaction "$named"
    hold
    # It may have ended meanwhile.
    id_in "$home/open"
  fi
  use_transaction "$named"
  if [ -z "$named" ]; then
    clear_away
  elif is_confirmed; then
    conclude
  elif [ ! -d "$volatile" ]; then
    forget_after_reboot
  else
    find_outcome "$volatile"
    case $outcome in
    reverted) forget ;;
    # What it has left is a state like any other, and its record counts until the next one is confirmed.
    stuck) ;;
    # Its time is up, or its owner has died: take_lock has looked.
    *) undo ' for the next' && note "$said" ;;
    esac
  fi
  use_transaction ''
  # Others need not wait until the host is read.
  exec 8>&-
}

# Nothing is deployed, and yet there is something: of a removal that was ended while it cleared away, or of a preparation.
clear_away() {
  [ -d "$home" ] || has_hook || return 0
  id_in "$home/current"
  if [ -n "$named" ] && { [ -s "$home/tx/$named/wanted" ] || [ -s "$home/tx/$named/owned" ]; }; then return 0; fi
  hold
  remove_hook
  rm -rf "$home"
  tidy
}

# Waits until the time is up, which others put off, and takes back what was not confirmed by then.
deadman() {
  printf '%s\n' "$$" >"$volatile/timer"
  while await_deadline; do
    # A call that hangs must not keep the host from going back.
    if ! take_turn 3; then
      if read -r process started <"$volatile/changing" && born "$process" && [ "$born" = "$started" ]; then end_tree "$process"; fi
      flock -w 60 8 || continue
    fi
    is_open && ! is_confirmed && read_deadline || exit 0
    read_clock
    if [ "$deadline" -gt "$now" ]; then
      exec 8>&-
      continue
    fi
    find_outcome "$volatile"
    if [ "$outcome" != stuck ]; then
      undo ': its time was up'
      give_lock_back
      note "$said"
    fi
    look_again
    exit 0
  done
}

# What did not go back may do so once a link is there again, or a file is closed: it is tried for some minutes, but not beside
# somebody who has begun since.
look_again() {
  pause=1
  while [ "$pause" -le 128 ]; do
    find_outcome "$volatile"
    [ "$outcome" = stuck ] && is_open || return 0
    exec 8>&-
    sleep "$pause"
    pause=$((pause * 2))
    take_lock >/dev/null || continue
    if take_turn 60 && is_open && ! is_confirmed; then
      undo ': its time was up'
      [ "$said" != 'undone: its time was up' ] || note "$said"
    fi
    give_lock_back
  done
}

await_deadline() {
  while read_deadline; do
    read_clock
    left=$((deadline - now))
    [ "$left" -gt 0 ] || return 0
    sleep "$left"
  done
  return 1
}
