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
