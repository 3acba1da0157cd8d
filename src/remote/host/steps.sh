# The steps of a transaction, the timer that takes them back, and what it must end before.

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
