# The way back of a transaction.

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
