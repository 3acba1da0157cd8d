# Runs a command; on failure its own words are the reason, and no more of them than anybody would read. It does not inherit the
# lock, so that whoever waits for that does not wait for a command that hangs.
run() {
  [ -z "$checking" ] || return 0
  words=$({
    $limited "$@" 2>&1 </dev/null
    printf '\n%s' "$?"
  } 8>&- | head -c 2000 8>&-)
  case $words in *"${NEWLINE}0") return 0 ;; esac
  words=${words%"$NEWLINE"*}
  reason="$*: $(printf '%s' "${words%"$NEWLINE"}" | tr '\n\t' '  ')"
  return 1
}

connections_of() {
  # "  -> 10.0.0.11:80  Route  1  3  0" below the service: weight, active, inactive.
  # shellcheck disable=SC2086
  ipvsadm -L -n $1 2>/dev/null | while read -r arrow listed _ _ active _; do
    [ "$arrow" = '->' ] && [ "$listed" = "$2" ] && printf '%s' "$active"
  done
}

wait_for_drain() {
  [ -z "$checking" ] || return 0
  while [ "$drain" -gt 0 ]; do
    extend_deadline
    active=$(connections_of "$1" "$2")
    [ "${active:-0}" = 0 ] && return 0
    printf 'waiting\t%s\t%s\n' "$2" "$active"
    sleep 1
    drain=$((drain - 1))
  done
}

# has_fou FAMILY PORT: whether GUE is unpacked there.
has_fou() {
  is_loaded fou || return 1
  case $1 in 6) wanted="port $2 gue -6" ;; *) wanted="port $2 gue" ;; esac
  ip fou show 2>/dev/null | grep -q -x -F -e "$wanted"
}

# mark_packets CHAIN MARK FAMILY PROTOCOL ADDRESS [PORTS]: one chain a mark, in one transaction.
mark_packets() {
  case $3:$5 in ipv4:*[!0-9.]* | ipv6:*[!0-9A-Fa-f:]*) refuse "bad address: $5" ;; esac
  case $3 in ipv4) daddr='ip daddr' ;; *) daddr='ip6 daddr' ;; esac
  case $4 in tcp | udp | sctp) ;; *) refuse "bad protocol: $4" ;; esac
  case ${6:-} in
  '') packets="meta l4proto $4" ;;
  *[!0-9,]*) refuse "bad ports: $6" ;;
  *) packets="$4 dport { $6 }" ;;
  esac
  run nft "add table inet $own_table
    add chain inet $own_table $1 { type filter hook prerouting priority mangle; policy accept; }
    flush chain inet $own_table $1
    add rule inet $own_table $1 $daddr $5 $packets meta mark set $2"
}

unmark_packets() {
  [ -z "$checking" ] || return 0
  command -v nft >/dev/null 2>&1 && nft list chain inet "$own_table" "$1" >/dev/null 2>&1 || return 0
  run nft "flush chain inet $own_table $1; delete chain inet $own_table $1" || return 1
  drop_empty_table
}

# masquerade PROTOCOL VIP [PORT], and stop_masquerading of the same: the rules go by what clients asked for, which
# conntrack keeps; which services are meant, two sets say. What is for a VIP still was not sent by NAT. A VIP may stay in
# its set after its last service.
masquerade() {
  masquerade_names "$@"
  asked="meta l4proto $1 ct original $ip daddr"
  run nft "add table inet $own_table
    add set inet $own_table $chain { type ${family}_addr . inet_service; }
    add set inet $own_table $chain-every-port { type ${family}_addr; }
    add set inet $own_table $chain-vips { type ${family}_addr; }
    add chain inet $own_table $chain { type nat hook postrouting priority srcnat; policy accept; }
    flush chain inet $own_table $chain
    add rule inet $own_table $chain $ip daddr @$chain-vips return
    add rule inet $own_table $chain $asked . ct original proto-dst @$chain masquerade
    add rule inet $own_table $chain $asked @$chain-every-port masquerade
    add element inet $own_table $chain-vips { $2 }
    add element inet $own_table $element"
}

masquerade_names() {
  case $1 in tcp | udp | sctp) ;; *) refuse "bad protocol: $1" ;; esac
  case ${2:-} in
  '' | *[!0-9A-Fa-f.:]*) refuse "bad address: ${2:-}" ;;
  *:*) family=ipv6 ip=ip6 ;;
  *) family=ipv4 ip=ip ;;
  esac
  chain=masquerade-$1-$family
  element="$chain-every-port { $2 }"
  [ $# = 2 ] && return
  valid_number "$3"
  element="$chain { $2 . $3 }"
}

# What they leave is looked at once they are all through (`end_masquerading`): to see whether a set is empty takes as long as it is.
stop_masquerading() {
  masquerade_names "$@"
  [ -z "$checking" ] && command -v nft >/dev/null 2>&1 || return 0
  nft "delete element inet $own_table $element" >/dev/null 2>&1 || :
  case " $left_by_services " in *" $chain "*) ;; *) left_by_services="$left_by_services $chain" ;; esac
}

# A chain goes with the last of its services.
end_masquerading() {
  for chain in $left_by_services; do
    nft list chain inet "$own_table" "$chain" >/dev/null 2>&1 || continue
    for set in "$chain" "$chain-every-port"; do
      ! nft list set inet "$own_table" "$set" | grep -q 'elements =' || continue 2
    done
    run nft "flush chain inet $own_table $chain; delete chain inet $own_table $chain
      delete set inet $own_table $chain; delete set inet $own_table $chain-every-port
      delete set inet $own_table $chain-vips" || return 1
    drop_empty_table || return 1
  done
}

# It is ours; it goes with the last of its chains, and has its two brackets then.
drop_empty_table() {
  [ "$(nft list table inet "$own_table" | grep -c .)" -gt 2 ] || run nft "delete table inet $own_table"
}

# put KIND KEY STATE BEFORE: brings a setting into a state, from whatever state it is in. While `checking` it only looks whether
# it would take these words. After the last of several, `end_masquerading`.
put() {
  case $1 in
  module)
    valid_name "$2"
    case $2 in ip_vs* | ipip | ip6_tunnel | sit | ip_gre | ip6_gre | fou | fou6 | nf_*) ;; *) refuse "not a module of ours: $2" ;; esac
    case $3 in
    loaded) run modprobe "$2" ;;
    absent)
      # A module of IPVS that is in use refuses to go, and then stays. One that makes tunnels does not refuse: it
      # takes every tunnel of its kind with it, also those of others (ip_tunnel_delete_nets), so it is left alone.
      [ -n "$checking" ] || case $2 in ip_vs*) modprobe -r -q "$2" >/dev/null 2>&1 || : ;; esac
      ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  sysctl)
    valid_sysctl "$2"
    valid_words "$3"
    # Who may run this and nothing else as root must not become root by it: others name programs the kernel starts.
    case $2 in net.* | net/*) ;; *) refuse "not a setting of the network: $2" ;; esac
    case $checking:$3 in yes:* | *:absent) return 0 ;; esac
    sysctl_path "$2"
    if ! { printf '%s\n' "$3" >"$path"; } 2>/dev/null; then
      reason="the kernel refuses $2 = $3"
      return 1
    fi
    ;;
  fou)
    family=${2%% *}
    port=${2#* }
    valid_number "$port"
    case $family in 4 | 6) ;; *) refuse "bad family: $family" ;; esac
    case $3 in
    gue) has_fou "$family" "$port" || run ip "-$family" fou add port "$port" gue ;;
    absent) ! has_fou "$family" "$port" || run ip "-$family" fou del port "$port" ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  tunnel-device)
    valid_interface "$2"
    valid_words "$3"
    # Only devices that bear our name are made or deleted.
    case $2 in lvs-*) ;; *) refuse "not a device of ours: $2" ;; esac
    # shellcheck disable=SC2086
    case $3 in
    absent) [ ! -e "/sys/class/net/$2" ] || run ip link del dev "$2" ;;
    gre\ * | ip6gre\ * | ip6tnl\ *) [ -e "/sys/class/net/$2" ] || run ip link add name "$2" type $3 ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  mark)
    mark=${2%% *}
    family=${2#* }
    valid_number "$mark"
    valid_words "$3"
    case $family in ipv4 | ipv6) ;; *) refuse "bad family: $family" ;; esac
    # shellcheck disable=SC2086
    case $3 in
    absent) unmark_packets "mark-$mark-$family" ;;
    tcp\ * | udp\ * | sctp\ *) mark_packets "mark-$mark-$family" "$mark" "$family" $3 ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  masquerade)
    valid_words "$2"
    # shellcheck disable=SC2086
    case $3 in
    on) masquerade $2 ;;
    absent) stop_masquerading $2 ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  link)
    valid_interface "$2"
    case $3 in
    up) run ip link set dev "$2" up ;;
    down) run ip link set dev "$2" down ;;
    absent) [ -n "$checking" ] || ip link set dev "$2" down 2>/dev/null || : ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  address)
    device=${2%% *}
    cidr=${2#* }
    valid_interface "$device"
    valid_address "$cidr"
    case $3:$cidr in
    # nodad: on a real server the director has the same address; preferred_lft 0: never chosen as source.
    present:*:*) run ip address replace "$cidr" dev "$device" nodad preferred_lft 0 ;;
    present:*) run ip address replace "$cidr" dev "$device" ;;
    absent:*)
      [ -n "$checking" ] || [ -z "$(ip -o address show dev "$device" to "$cidr" 2>/dev/null)" ] || run ip address del "$cidr" dev "$device"
      ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  route)
    valid_route "$3"
    valid_route "$4"
    case $2 in
    4) metric= ;;
    6) metric='metric 1' ;;
    *) refuse "bad family: $2" ;;
    esac
    # shellcheck disable=SC2086
    case $3:$4 in
    absent:absent) ;;
    absent:default*) [ -n "$checking" ] || [ -z "$(ip -"$2" route show $4 $metric 2>/dev/null)" ] || run ip -"$2" route del $4 $metric ;;
    *) run ip -"$2" route replace $3 $metric ;;
    esac
    ;;
  virtual-service)
    valid_words "$2"
    valid_words "$3"
    # shellcheck disable=SC2086
    if [ "$3" = absent ]; then
      run ipvsadm -D $2 || ! ipvsadm -L -n $2 >/dev/null 2>&1
    else
      run ipvsadm -A $2 $3 || run ipvsadm -E $2 $3
    fi
    ;;
  destination)
    valid_words "$2"
    valid_words "$3"
    # shellcheck disable=SC2086
    if [ "$3" = absent ]; then
      wait_for_drain "${2% -r *}" "${2##* -r }"
      run ipvsadm -d $2 || [ -z "$(connections_of "${2% -r *}" "${2##* -r }")" ]
    else
      run ipvsadm -a $2 $3 || run ipvsadm -e $2 $3
    fi
    ;;
  file)
    [ "$2" = "$KEEPALIVED_CONF" ] || refuse "not a file of ours: $2"
    if [ -n "$checking" ]; then valid_conf "$3"; else put_conf "$3"; fi
    ;;
  daemon)
    [ "$2" = keepalived ] || refuse "not a daemon of ours: $2"
    case $checking:$3 in
    :running) start_keepalived ;;
    :absent) stop_keepalived ;;
    yes:running | yes:absent) ;;
    *) refuse "bad state: $3" ;;
    esac
    ;;
  # These stand in the record of what is wanted and nowhere else: why a destination is at weight 0; which other hosts carry
  # something of the cluster.
  drain | member)
    valid_words "$2"
    valid_words "$3"
    ;;
  *) refuse "bad kind: $1" ;;
  esac
}
