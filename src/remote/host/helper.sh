# What runs on a host: constant text, plain POSIX sh (dash, bash, busybox ash), made of this file, keepalived.sh, transaction.sh,
# boot.sh and call.sh (helper-text.ts). It is given as `sh -c TEXT lvs-designer VERB PEER`; values come as lines on standard input and are
# validated again here, whatever the sender did.
#
# probe    reads the state of the host; changes nothing
# begin    takes the lock of the host, settles what a transaction before has left, then does what probe does
# prepare  writes a transaction down and arms its timer; changes nothing else
# apply    runs the steps of a stage, in order, and stops at the first that fails; then reads the host back
# extend   puts the timer off
# confirm  makes the transaction the state that holds, also after a reboot
# revert   takes back what the transaction has begun, also one that was confirmed
# end      gives the lock back
# deadman  waits until the time of a transaction is up, and takes it back
# boot     brings the confirmed state about again
# connect  opens connections to a service and says from where, and who the VIP belongs to on this link
# remaining says how many connections a destination still has
# sessions shows the director's connection entries of given client addresses and ports

set -u
set -f
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077

TAB=$(printf '\t')
NEWLINE='
'
STATE_DIR=/var/lib/lvs-designer
LOCK_DIR=/run/lvs-designer
# No command may keep a host waiting for ever; without timeout there is still the timer of the transaction.
if command -v timeout >/dev/null 2>&1; then limited='timeout 60'; else limited=; fi
# Set: settings are looked at and not made.
checking=
# Chains of nftables that services have been taken out of.
left_by_services=
# Set: services of the host start while this runs.
booting=
# Set: the file of keepalived is one that a deployment of this cluster has written.
owns_conf=

# refuse REASON [REMEDY]
refuse() {
  printf 'refused\t%s\t%s\n' "$1" "${2:-nothing was changed by this call}"
  exit 64
}

# Whether this is a file that somebody may run as root, and nothing else (sudoers).
is_installed() {
  case $0 in
  */tx/*/helper) return 1 ;;
  /*) ;;
  *) return 1 ;;
  esac
}

# Every word that reaches a command passes one of these. A leading dash would be an option.
valid_name() {
  case $1 in '' | -* | .* | *[!A-Za-z0-9_.-]*) refuse "bad name: $1" ;; esac
}
valid_owner() {
  case $1 in '' | *[!A-Za-z0-9_.@\ -]*) refuse "bad owner: $1" ;; esac
}
valid_look() {
  case $1 in neighbours | sockets | firewall | connections | traffic) ;; *) refuse "bad look: $1" ;; esac
}
valid_interface() {
  case $1 in '' | -* | *[!A-Za-z0-9_.@-]*) refuse "bad interface: $1" ;; esac
}
valid_address() {
  case $1 in '' | *[!0-9A-Fa-f.:/]*) refuse "bad address: $1" ;; esac
}
valid_number() {
  case $1 in '' | *[!0-9]*) refuse "bad number: $1" ;; esac
}
valid_sysctl() {
  case $1 in '' | -* | .* | *[!A-Za-z0-9_.@/-]* | *..* | *//* | *./* | */.*) refuse "bad sysctl: $1" ;; esac
}
# Options of ip and ipvsadm that the planner writes: words of letters, digits and punctuation no shell minds.
valid_words() {
  case $1 in '' | *[!A-Za-z0-9\ ._:,/@\[\]-]*) refuse "bad words: $1" ;; esac
}

# A default route by these words and no other: with others ip reads files (encap bpf).
valid_route() {
  [ "$1" != absent ] || return 0
  valid_words "$1"
  # shellcheck disable=SC2086
  set -- $1
  [ "$1" = default ] || refuse "bad route: $1"
  shift
  while [ $# -gt 0 ]; do
    case $1:${2:-} in
    onlink:* | via:inet | via:inet6) shift ;;
    inet:?* | inet6:?* | via:?* | dev:?* | src:?* | metric:?* | proto:?* | scope:?* | pref:?* | mtu:?* | advmss:?* | hoplimit:?* | initcwnd:?* | initrwnd:?* | window:?* | rto_min:?* | quickack:?* | congctl:?*) shift 2 ;;
    *) refuse "bad route: $1 is no word of a default route that can be made here" ;;
    esac
  done
}

# net.ipv4.conf.eth0/1.rp_filter -> /proc/sys/net/ipv4/conf/eth0.1/rp_filter, without a process for it.
sysctl_path() {
  path=/proc/sys/
  rest=$1
  while :; do
    part=${rest%%[./]*}
    [ "$part" = "$rest" ] && break
    tail=${rest#"$part"}
    case $tail in
    .*) path=$path$part/ ;;
    *) path=$path$part. ;;
    esac
    rest=${tail#?}
  done
  path=$path$rest
}

# The seconds of uptime, as `now`.
read_clock() {
  read -r now _ </proc/uptime
  now=${now%%.*}
}

# --- reading ---------------------------------------------------------------------------------------------------

# As `module_state`.
find_module() {
  if [ -d "/sys/module/$1" ]; then
    module_state=loaded
  elif ! depends=$(modprobe -D "$1" 2>/dev/null); then
    module_state=missing
  else
    case $depends in builtin*) module_state=loaded ;; *) module_state=absent ;; esac
  fi
}

is_loaded() {
  find_module "$1"
  [ "$module_state" = loaded ]
}

# read_sysctls KEY...: a line for each that is there, its value with single spaces. One process for all; and not the
# shell's read, which takes byte after byte, where the kernel gives no more than the first.
read_sysctls() {
  [ $# -gt 0 ] || return 0
  paths=
  for key; do
    sysctl_path "$key"
    paths="$paths $path"
  done
  # shellcheck disable=SC2086
  grep -s -H '' $paths | while IFS= read -r line; do
    # In the order they were asked for, without those that are not there.
    while [ $# -gt 0 ]; do
      key=$1
      shift
      sysctl_path "$key"
      [ "$path" = "${line%%:*}" ] || continue
      # shellcheck disable=SC2086
      print_sysctl "$key" ${line#*:}
      break
    done
  done
}

print_sysctl() {
  key=$1
  shift
  printf '%s\t%s\n' "$key" "$*"
}

probe() {
  printf '== facts\n'
  printf 'uid %s\n' "${uid:=$(id -u)}"
  read -r kernel </proc/sys/kernel/osrelease
  printf 'kernel %s\n' "$kernel"
  printf 'ssh %s\n' "${ssh_connection:-}"
  tools=
  for tool in ip ipvsadm nft modprobe flock setsid curl bash ss keepalived base64 mount; do
    command -v "$tool" >/dev/null 2>&1 && tools="$tools $tool"
  done
  printf 'tools%s\n' "$tools"
  recall
  recall_others
  printf '== modules\n'
  for module in $modules; do
    find_module "$module"
    printf '%s %s\n' "$module" "$module_state"
  done
  printf '== sysctl\n'
  # shellcheck disable=SC2086
  read_sysctls $sysctls
  if command -v ip >/dev/null 2>&1; then
    printf '== link\n'
    ip -d -o link show
    printf '== address\n'
    ip -o address show
    printf '== route4\n'
    ip -4 route show table main
    printf '== route6\n'
    ip -6 route show table main
    printf '== rules\n'
    ip -4 rule show 2>/dev/null
    ip -6 rule show 2>/dev/null
    if [ -n "$ways" ]; then
      printf '== ways\n'
      # One process for all; an address without a route is an error of that line alone.
      for way in $ways; do printf 'route get %s\n' "$way"; done | ip -o -force -batch - 2>/dev/null
    fi
    # Asked without its module, ip would load it; so would nft.
    if is_loaded fou; then
      printf '== fou\n'
      ip fou show 2>/dev/null
    fi
  fi
  if command -v nft >/dev/null 2>&1 && is_loaded nf_tables; then
    printf '== marks\n'
    nft -n list table inet "$own_table" 2>/dev/null
  fi
  look_at_managers
  for each in $looks; do "look_at_$each"; done
  [ -z "$keepalived" ] || look_at_keepalived
  # ipvsadm loads ip_vs when it is not there, which would be a change.
  if [ -r /proc/net/ip_vs ] && command -v ipvsadm >/dev/null 2>&1; then
    printf '== ipvs\n'
    ipvsadm -S -n
    printf '== thresholds\n'
    ipvsadm -L -n --thresholds
  fi
  printf '== end\n'
}

# Nothing of a large host's rules that would be cut off on the way.
MOST_RULES=4000000
MOST_CONNECTIONS=100000

# Who else sets addresses and routes here: links that systemd-networkd manages, with what it is told to leave alone, and devices of
# NetworkManager.
look_at_managers() {
  set +f
  set -- /run/systemd/netif/links/*
  set -f
  if [ -e "$1" ]; then
    printf '== networkd\n'
    managed=$(grep -s -H -E '^(ADMIN_STATE=(pending|initialized|configuring|configured|failed|linger)|NETWORK_FILE=/[A-Za-z0-9_./@-]*)$' "$@")
    printf '%s\n' "$managed"
    told=
    for line in $managed; do
      case $line in *:NETWORK_FILE=*) file=${line#*=} ;; *) continue ;; esac
      told="$told $file"
      for place in /usr/lib /usr/local/lib /run /etc; do told="$told $place/systemd/network/${file##*/}.d/*.conf"; done
    done
    for place in /usr/lib /usr/local/lib /run /etc; do told="$told $place/systemd/networkd.conf"; done
    for place in /usr/lib /usr/local/lib /run /etc; do told="$told $place/systemd/networkd.conf.d/*.conf"; done
    set +f
    # shellcheck disable=SC2086
    [ -z "$managed" ] || grep -s -H -E '^(KeepConfiguration|ManageForeignRoutes)[[:space:]]*=' $told
    set -f
  fi
  [ -d /run/NetworkManager ] && command -v nmcli >/dev/null 2>&1 || return 0
  printf '== networkmanager\n'
  $limited nmcli -t -f DEVICE,STATE,CONNECTION device 2>/dev/null
}

look_at_neighbours() {
  command -v ip >/dev/null 2>&1 || return 0
  printf '== neighbours\n'
  ip -4 neigh show
  ip -6 neigh show
}

look_at_sockets() {
  command -v ss >/dev/null 2>&1 || return 0
  # A failure is told from no sockets by the section that is not there.
  sockets=$(ss -lntuH 2>/dev/null) || return 0
  printf '== sockets\n%s\n' "$sockets"
}

# Neither nft nor iptables is asked where its module is not loaded: it would load it, and there are no rules then.
look_at_firewall() {
  printf '== firewall\n'
  if is_loaded nf_tables; then
    if ! command -v nft >/dev/null 2>&1; then
      printf 'unread nft is not installed\n'
    elif ! rules=$(nft -j list ruleset 2>/dev/null); then
      printf 'unread nft lists its rules to root alone\n'
    elif [ "${#rules}" -gt "$MOST_RULES" ]; then
      printf 'unread the rules of nft are more than can be looked at\n'
    else
      printf 'nft %s\n' "$rules"
    fi
  fi
  for tables in ip ip6; do
    is_loaded "${tables}_tables" || continue
    if ! names=$(cat "/proc/net/${tables}_tables_names" 2>/dev/null); then
      printf 'unread iptables-legacy lists its tables to root alone\n'
    elif [ -n "$names" ]; then
      legacy_tables "$tables"
    fi
  done
}

# legacy_tables ip|ip6: tables of iptables-legacy, which nft does not know, without their counters.
legacy_tables() {
  case $1 in ip) tool=iptables ;; *) tool=ip6tables ;; esac
  save=$tool-legacy-save
  # Where there is but one kind, its tools have no kind in their names.
  command -v "$save" >/dev/null 2>&1 || case $("$tool" -V 2>/dev/null) in '' | *nf_tables*) ;; *) save=$tool-save ;; esac
  if ! rules=$("$save" 2>/dev/null); then
    printf 'unread there are tables of iptables-legacy, and %s does not read them\n' "$save"
  elif [ "${#rules}" -gt "$MOST_RULES" ]; then
    printf 'unread the rules of %s are more than can be looked at\n' "$tool-legacy"
  else
    printf '%s\n' "$rules" | sed -n -e 's/ \[[0-9:]*\]$//' -e "/^[*:]/s/^/legacy $1 /p" -e "/^-A /s/^/legacy $1 /p"
  fi
}

# How many connections there are of each state, from each service to each destination.
look_at_connections() {
  [ -r /proc/net/ip_vs ] && command -v ipvsadm >/dev/null 2>&1 && command -v awk >/dev/null 2>&1 || return 0
  printf '== connections\n'
  ipvsadm -L -n -c 2>/dev/null | head -n "$MOST_CONNECTIONS" |
    awk 'NR > 2 && NF == 6 { n[$1 " " $3 " " $5 " " $6]++ } END { for (each in n) print n[each] " " each }'
}

# What goes through the director, and whom it tells of its connections.
look_at_traffic() {
  [ -r /proc/net/ip_vs ] && command -v ipvsadm >/dev/null 2>&1 || return 0
  printf '== traffic\n'
  ipvsadm -L -n --stats --exact 2>/dev/null
  printf '== sync\n'
  ipvsadm -L --daemon 2>/dev/null
}

# --- the lock --------------------------------------------------------------------------------------------------

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

# --- changing --------------------------------------------------------------------------------------------------

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

# --- evidence --------------------------------------------------------------------------------------------------

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
