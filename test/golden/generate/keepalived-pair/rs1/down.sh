#!/bin/sh
# Takes rs1 out of the LVS cluster shop again. Run it on rs1 as root: sh down.sh
# Only when no director sends anything here any longer: see README.txt.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
host=rs1
record=/var/lib/lvs-designer-manual/shop/rs1

refuse() {
  printf 'down.sh for %s: %s. Nothing was changed.\n' "$host" "$1" >&2
  exit 1
}

has_address() { [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]; }

# What up.sh wrote down of a setting; nothing where it did not run.
was() {
  [ -r "$record" ] || return 0
  while IFS= read -r line; do
    case $line in "$1 = "*) printf '%s\n' "${line#"$1 = "}" ;; esac
  done <"$record"
}

no_record() { printf '%s stays as it is: up.sh left no record of what it was\n' "$1" >&2; }

# put_back_route FAMILY ROUTE...: the route is the one up.sh made.
put_back_route() {
  family=$1
  shift
  value=$(was "route $family")
  case $value in
  '') no_record "the IPv$family default route" ;;
  absent) [ -z "$(ip "-$family" route show "$@")" ] || ip "-$family" route del "$@" ;;
  *)
    # shellcheck disable=SC2086 # it is several words
    ip "-$family" route replace $value
    ;;
  esac
}

# Nothing is begun that cannot be finished, and nothing on the wrong host.
[ "$(id -u)" = 0 ] || refuse 'this needs root'
command -v ip >/dev/null || refuse 'ip is not installed'
has_address eth0 10.0.0.11 || refuse 'eth0 here does not have 10.0.0.11'

# The default route that was there before.
put_back_route 4 default via 10.0.0.254 dev eth0

rm -f "$record"
rmdir "${record%/*}" 2>/dev/null || :
printf '%s is out of the cluster\n' "$host"
