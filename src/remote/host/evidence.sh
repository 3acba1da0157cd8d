# What shows that a service is served: connections to it, and the director's own table of them.

# Connections to VIP:PORT, one after the other, opened and closed, each with the address and port it came from.
connect() {
  valid_address "$address"
  valid_name "$port"
  [ "$protocol" = tcp ] || {
    printf 'without\ta way to try %s\n' "$protocol"
    return
  }
  case $address in *:*) bracketed="[$address]" ;; *) bracketed=$address ;; esac
  if command -v bash >/dev/null 2>&1 && command -v ss >/dev/null 2>&1; then
    try=try_with_bash
  elif command -v curl >/dev/null 2>&1; then
    try=try_with_curl
  else
    printf 'without\tbash and ss, or curl\n'
    return
  fi
  while [ "$count" -gt 0 ]; do
    # The first that fails is answer enough, and waiting for the others would take long.
    $try || break
    count=$((count - 1))
  done
  ip neigh show to "$address" 2>/dev/null | while read -r line; do printf 'neighbour %s\n' "$line"; done
}

try_with_bash() {
  # shellcheck disable=SC2016
  line=$(timeout 8 bash -c 'exec 3<>"/dev/tcp/$1/$2" && ss -Htn "dst $3 and dport = :$2" | tail -n 1' - \
    "$address" "$port" "$bracketed" 2>/dev/null)
  # shellcheck disable=SC2086
  set -- $line
  [ $# -ge 4 ] || return 1
  host=${4%:*}
  host=${host#[}
  printf 'from %s %s\n' "${host%]}" "${4##*:}"
}

# telnet: sends nothing of its own, whatever the service speaks; it waits for the other end, so it is cut short.
try_with_curl() {
  line=$(curl -s -o /dev/null --noproxy '*' --connect-timeout 5 -m 6 -w '%{local_ip} %{local_port}' \
    "telnet://$bracketed:$port" </dev/null)
  # curl says port 0 where no connection came about.
  case $line in '' | *' 0' | ' '*) return 1 ;; esac
  printf 'from %s\n' "$line"
}

# remaining: how many connections the director still has to a destination: those that are open, and those that have ended and
# are kept for late packets.
remaining() {
  valid_words "$service"
  valid_words "$destination"
  # shellcheck disable=SC2086
  ipvsadm -L -n $service 2>/dev/null | while read -r arrow listed _ weight active inactive; do
    [ "$arrow" = '->' ] && [ "$listed" = "$destination" ] && printf 'remaining\t%s\t%s\t%s\n' "$active" "$inactive" "$weight"
  done
  printf 'end\n'
}

sessions() {
  set --
  for each in $clients; do
    valid_words "$each"
    set -- "$@" -e " $each "
  done
  ipvsadm -L -n -c 2>/dev/null | grep -F "$@" || :
}
