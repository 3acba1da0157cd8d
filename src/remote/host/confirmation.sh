# What makes a transaction the state that holds, and what a run before has left.

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
