# What runs on a host: constant text, plain POSIX sh (dash, bash, busybox ash), made of the files beside this one
# (helper-text.ts). It is given as `sh -c TEXT lvs-designer VERB PEER`; values come as lines on standard input and are validated again
# here (words.sh), whatever the sender did.
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

# The seconds of uptime, as `now`.
read_clock() {
  read -r now _ </proc/uptime
  now=${now%%.*}
}
