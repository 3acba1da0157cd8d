# What a host is now, section by section (hosts/observe.ts reads it). Nothing here changes anything.

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
