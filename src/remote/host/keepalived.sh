# The file on the disk is what a reboot brings back, so it stays as it is until a transaction is confirmed: the new one is mounted
# over it, which like all that steps do is gone with a reboot. `keep_conf` makes it the file itself.

KEEPALIVED_CONF=/etc/keepalived/keepalived.conf
# By these it is known from others of its name, which run in containers.
KEEPALIVED_PIDS='/run/keepalived.pid /run/keepalived/keepalived.pid /var/run/keepalived.pid'
SERVICE_RUNS=/run/systemd/system

# Where the file is, also when its name is a link; as `conf`. What is mounted over it, as `staged`.
locate_conf() {
  conf=$(readlink -f "$KEEPALIVED_CONF" 2>/dev/null) || conf=
  [ -n "$conf" ] || conf=$KEEPALIVED_CONF
  staged=$LOCK_DIR/keepalived.conf
}

# Whether it runs; its first process as `daemon_pid`.
keepalived_runs() {
  for file in $KEEPALIVED_PIDS; do
    daemon_pid=
    [ ! -r "$file" ] || read -r daemon_pid <"$file" || :
    case $daemon_pid in '' | *[!0-9]*) continue ;; esac
    called=
    [ ! -r "/proc/$daemon_pid/comm" ] || read -r called <"/proc/$daemon_pid/comm" || :
    [ "$called" != keepalived ] || return 0
  done
  return 1
}

# The file as the state of a setting, where it is one of ours; what others have written may hold their passwords, and stays here.
look_at_keepalived() {
  locate_conf
  printf '== files\n'
  if [ -s "$conf" ]; then
    if [ -z "$owns_conf" ] || ! [ -r "$conf" ] || grep -q '^[[:space:]]*auth_pass' "$conf"; then
      printf '%s foreign\n' "$KEEPALIVED_CONF"
    else
      printf '%s base64:%s\n' "$KEEPALIVED_CONF" "$(base64 <"$conf" | tr -d '\n')"
    fi
  fi
  printf '== daemons\n'
  if keepalived_runs; then printf 'keepalived\n'; fi
}

# Lines that keepalived is told by us. Whoever may run this and nothing else as root must not become root by it, and keepalived has
# words that start programs and write files, some of them with nothing but themselves: scripts are run by a user who is not root,
# and no other such word is taken.
CONF_WORDS='global_defs|router_id|lvs_sync_daemon|static_ipaddress|vrrp_sync_group|group|vrrp_instance|state|interface|virtual_router_id|priority|version|advert_int|nopreempt|unicast_src_ip|unicast_peer|track_interface|authentication|auth_type|virtual_ipaddress|virtual_ipaddress_excluded|virtual_server|delay_loop|lvs_sched|lvs_method|flag-[123]|sh-port|sh-fallback|mh-port|mh-fallback|protocol|ip_family|ops|persistence_timeout|persistence_granularity|persistence_engine|alpha|quorum|hysteresis|sorry_server|real_server|weight|uthreshold|lthreshold|TCP_CHECK|connect_port|connect_timeout|retry|delay_before_retry|PING_CHECK|SMTP_CHECK|helo_name|DNS_CHECK|type|name|UDP_CHECK|payload|require_reply|HTTP_GET|SSL_GET|enable_sni|url|path|virtualhost|status_code'
CONF_VALUE="([^]\"'{}#\$@~%!\\[:space:][:cntrl:]]|])+"
CONF_LINE="^ *($CONF_WORDS)( $CONF_VALUE)*( \\{)?\$"
# The end of a block, words of which no value but a user's name is taken, a secret's file, a remark.
CONF_OTHER='^ *(\}|reload_check_config|enable_script_security|script_user [A-Za-z_][A-Za-z0-9_.-]*|include /etc/keepalived/secrets/[A-Za-z0-9_-][A-Za-z0-9_.-]*\.conf)?$|^#[^\]*$'
# By sed: takes away what is right only where it stands, which is a name or an address in a block of such, and a script of which
# its next lines say who runs it. A line that keepalived would cut in two becomes one that is never right.
CONF_PLACES='/.{225}.{225}.{225}.{225}/s/^/\\/
/^ *(group|track_interface|unicast_peer|static_ipaddress|virtual_ipaddress|virtual_ipaddress_excluded) \{$/,/^ *\}$/{
/^ *([A-Za-z0-9_.:-]+|[0-9A-Fa-f.:]+\/[0-9]+ dev [A-Za-z0-9_.-]+)$/d
/^ *(group \{|track_interface \{|unicast_peer \{|(static|virtual)_ipaddress(_excluded)? \{|\})$/!s/^/\\/
}
/^ *MISC_CHECK \{$/{
N
N
N
s;^ *MISC_CHECK \{\n *misc_path "/[A-Za-z0-9_./:,=+ -]+"\n *misc_timeout [0-9.]+\n *user [A-Za-z_][A-Za-z0-9_.-]*$;;
}'

# valid_conf STATE
valid_conf() {
  case $1 in
  absent) return 0 ;;
  base64:*[!A-Za-z0-9+/=]*) refuse 'bad file' ;;
  base64:?*) ;;
  *) refuse 'bad file' ;;
  esac
  # What is there already may be put back, whoever wrote it.
  locate_conf
  ! printf '%s' "${1#base64:}" | base64 -d 2>/dev/null | cmp -s - "$conf" || return 0
  # What is no ASCII, or controls, is never right either; nor is the end, by which it is known that all of it was looked at.
  odd=$({
    printf '%s' "${1#base64:}" | base64 -d 2>/dev/null
    printf '\n\\end\n'
  } | tr '\000-\011\013-\037\177-\377' '\134' | sed -E "$CONF_PLACES" | grep -v -E -e "$CONF_LINE" -e "$CONF_OTHER" | head -n 1 | cut -c 1-200)
  [ "$odd" = '\end' ] || refuse "keepalived.conf would have a line that this program never writes: $odd"
  user=
  for each in $(printf '%s' "${1#base64:}" | base64 -d | sed -n -E 's/^ *(script_)?user ([^ ]*).*/\2/p'); do
    [ "$each" = "$user" ] || valid_script_user "$each"
    user=$each
  done
}

valid_script_user() {
  number=$(id -u -- "$1" 2>/dev/null)
  case $number in
  '') refuse "keepalived.conf would have scripts run by $1, and there is no such user here" "make one: useradd -r -M -s /usr/sbin/nologin $1" ;;
  0) refuse "keepalived.conf would have scripts run by $1, who is root" ;;
  esac
  ! is_installed || case $1 in
  keepalived_script | nobody) ;;
  *) refuse "keepalived.conf would have scripts run by $1, who may have rights of which this rule of sudo does not know" 'say manage: { script-user: keepalived_script } in the drawing, or log in as root' ;;
  esac
}

is_staged() {
  grep -q -F -e " $conf " /proc/mounts
}

# put_conf STATE: what keepalived finds in the place of its file; on the disk nothing changes. One that runs reads it again.
put_conf() {
  locate_conf
  reason="cannot write $staged"
  mkdir -p "$LOCK_DIR" 2>/dev/null || return 1
  {
    case $1 in
    absent) : ;;
    *) printf '%s' "${1#base64:}" | base64 -d ;;
    esac >"$staged.new"
  } 2>/dev/null || return 1
  while is_staged; do run umount "$conf" || return 1; done
  if [ ! -s "$staged.new" ] && [ ! -s "$conf" ]; then
    rm -f "$staged.new" "$staged" "$conf"
  elif cmp -s "$staged.new" "$conf"; then
    rm -f "$staged.new" "$staged"
  else
    reason="cannot write $conf"
    # There must be something to mount it over; empty, it is to keepalived as if it were not there.
    if [ ! -e "$conf" ]; then { mkdir -p "${conf%/*}" && : >"$conf" && chmod 640 "$conf"; } 2>/dev/null || return 1; fi
    chmod "$(stat -c %a "$conf")" "$staged.new" && chown "$(stat -c %u:%g "$conf")" "$staged.new" || return 1
    chcon --reference="$conf" "$staged.new" 2>/dev/null || :
    mv -f "$staged.new" "$staged" && run mount --bind "$staged" "$conf" || return 1
  fi
  ! keepalived_runs || kill -HUP "$daemon_pid" 2>/dev/null || {
    reason='keepalived could not be told to read its file again'
    return 1
  }
}

# What is mounted over the file becomes the file, whole or not at all; where that fails it stays mounted. What another cluster has
# mounted there is none of this one's.
keep_conf() {
  locate_conf
  [ -e "$staged" ] && grep -q -s -E "(^|$TAB)file$TAB" "$folder/steps" "$folder/wanted" || return 0
  reason="cannot write $conf"
  if ! is_staged; then
    # A call that died here has left the last step.
    if [ ! -e "$conf.lvs" ] && [ -s "$staged" ]; then
      rm -f "$staged"
      return 0
    fi
  elif [ -s "$conf" ]; then
    { cat "$conf" >"$conf.lvs" && cmp -s "$conf" "$conf.lvs" && chmod "$(stat -c %a "$conf")" "$conf.lvs" && chown "$(stat -c %u:%g "$conf")" "$conf.lvs" && flush "$conf.lvs"; } 2>/dev/null || {
      rm -f "$conf.lvs" 2>/dev/null
      return 1
    }
  else
    rm -f "$conf.lvs"
  fi
  ! is_staged || run umount "$conf" || return 1
  if [ -e "$conf.lvs" ]; then mv -f "$conf.lvs" "$conf"; else rm -f "$conf"; fi 2>/dev/null || {
    rm -f "$conf.lvs" 2>/dev/null
    run mount --bind "$staged" "$conf" || :
    reason="cannot write $conf"
    return 1
  }
  rm -f "$staged"
  flush "${conf%/*}"
}

# What keepalived itself has to say of the file that is to hold: told to read it, it goes on with what it can make of a wrong one.
conf_is_sound() {
  state=$(sed -n "s#^file$TAB$KEEPALIVED_CONF$TAB##p" "$folder/wanted")
  case $state in base64:*) ;; *) return 0 ;; esac
  locate_conf
  reason="cannot write $folder"
  printf '%s' "${state#base64:}" | base64 -d 2>/dev/null >"$folder/keepalived.conf" || return 1
  if cmp -s "$folder/keepalived.conf" "$conf"; then words=; else
    words=$($limited keepalived -t -f "$folder/keepalived.conf" -i none 2>&1 </dev/null | head -c 2000 | tr '\n\t' '  ')
  fi
  rm -f "$folder/keepalived.conf"
  [ -n "$words" ] || return 0
  reason="keepalived does not take its new file as it is: ${words% }"
  remedy='nothing was changed; mend what it says: in the drawing, on this host, or where a secret is missing below /etc/keepalived/secrets'
  return 1
}

# wait_for_keepalived COMMAND: until it is so.
wait_for_keepalived() {
  waited=0
  until "$@"; do
    [ "$waited" -lt 300 ] || return 1
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
}

start_keepalived() {
  ! keepalived_runs || return 0
  if [ -d "$SERVICE_RUNS" ]; then
    # At boot it comes after this, so there is no waiting for it.
    run systemctl ${booting:+--no-block} start keepalived.service || return 1
    [ -z "$booting" ] || return 0
  elif [ -x /sbin/openrc-run ] && [ -n "$booting" ]; then
    setsid rc-service keepalived start </dev/null >/dev/null 2>&1 8>&- &
    return 0
  elif [ -x /sbin/openrc-run ]; then
    run rc-service keepalived start || return 1
  else
    # It must not inherit the lock. What it has to say it says to the system's log.
    reason='keepalived does not start; see its log'
    $limited keepalived </dev/null >/dev/null 2>&1 8>&- || return 1
  fi
  reason='keepalived does not stay up; see its log'
  wait_for_keepalived keepalived_runs
}

keepalived_ended() {
  ! keepalived_runs
}

stop_keepalived() {
  keepalived_runs || return 0
  if [ -d "$SERVICE_RUNS" ] && systemctl is-active --quiet keepalived.service; then
    run systemctl stop keepalived.service || return 1
  elif [ -x /sbin/openrc-run ]; then
    run rc-service keepalived stop || return 1
  else
    kill -TERM "$daemon_pid" 2>/dev/null || :
  fi
  reason='keepalived does not end'
  wait_for_keepalived keepalived_ended
}
