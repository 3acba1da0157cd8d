# Waits until the time is up, which others put off, and takes back what was not confirmed by then.
deadman() {
  printf '%s\n' "$$" >"$volatile/timer"
  while await_deadline; do
    # A call that hangs must not keep the host from going back.
    if ! take_turn 3; then
      if read -r process started <"$volatile/changing" && born "$process" && [ "$born" = "$started" ]; then end_tree "$process"; fi
      flock -w 60 8 || continue
    fi
    is_open && read_deadline || exit 0
    if is_confirmed; then
      # The call that did it has died, or was ended here, before it had cleared away.
      conclude
      give_lock_back
      exit 0
    fi
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
