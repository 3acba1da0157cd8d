# The lock: one operator at a time is at a host, whichever cluster it is about.

lock_is_mine() {
  [ -r "$LOCK_DIR/lock" ] || return 1
  IFS=$TAB read -r held _ <"$LOCK_DIR/lock"
  [ "$held" = "$token" ]
}

# How long a lock outlives what its owner has asked for last, and the timer of that.
LOCK_SECONDS=600

# write_lock [SECONDS]: what was asked for takes as long.
write_lock() {
  read_clock
  printf '%s\t%s\t%s\n' "$token" "$((now + LOCK_SECONDS + timer + ${1:-0}))" "$owner" >"$LOCK_DIR/lock.new" &&
    mv "$LOCK_DIR/lock.new" "$LOCK_DIR/lock"
}

# held_by OWNER SECONDS: ends the call.
held_by() {
  printf '== lock\n%s\t%s\n' "$1" "$2"
  exit 75
}

take_lock() {
  uid=$(id -u)
  [ "$uid" = 0 ] ||
    refuse "this needs root, and $(id -un) is not" 'log in as root, or say ssh: { sudo: true } of this host in the drawing'
  command -v flock >/dev/null 2>&1 || refuse 'flock is not installed' 'install it: apt-get install util-linux (or dnf install util-linux)'
  mkdir -p "$LOCK_DIR" 2>/dev/null || refuse "cannot write $LOCK_DIR" 'see whether its file system is full or read-only'
  (
    flock -w 5 9 || refuse 'another call is at the lock of this host, and does not end' "see what holds $LOCK_DIR/guard (fuser), then try again"
    read_clock
    if [ -s "$LOCK_DIR/lock" ]; then
      IFS=$TAB read -r held expiry who <"$LOCK_DIR/lock"
      # The sender may know that its owner has died.
      [ "$held" = "$token" ] || [ "$expiry" -le "$now" ] || [ "$who" = "$takeover" ] || held_by "$who" "$((expiry - now))"
    fi
    # Whatever has become of its lock, a transaction that lives is a reason to wait, also one of another cluster.
    set +f
    for volatile in "$LOCK_DIR"/*/; do
      find_outcome "$volatile"
      case $outcome in armed | undoing) ;; *) continue ;; esac
      read_deadline || continue
      IFS= read -r who 2>/dev/null <"$volatile/owner" || continue
      left=$((deadline - now))
      # Its timer may be a little late.
      [ "$left" -gt -5 ] || continue
      # A dead owner's is taken back by `settle`, but only where it is of this cluster: that of another waits for its timer.
      id=${volatile%/}
      if [ "$who" != "$takeover" ] || [ ! -d "$home/tx/${id##*/}" ]; then held_by "$who" "$((left > 0 ? left : 1))"; fi
    done
    write_lock
  ) 9>"$LOCK_DIR/guard"
}

give_lock_back() {
  [ -d "$LOCK_DIR" ] || return 0
  (
    flock -w 5 9 || exit 75
    if lock_is_mine; then rm -f "$LOCK_DIR/lock"; fi
  ) 9>"$LOCK_DIR/guard"
}
