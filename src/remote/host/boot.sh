# What runs at boot, as `text`.
write_script() {
  text="#!/bin/sh
# LVS Designer, cluster $cluster: brings the state about that was confirmed last.
cd $home || exit
read -r id _ 2>/dev/null <current || read -r id _ <open || exit
printf 'cluster $cluster\\n--\\n' | /bin/sh tx/\$id/helper boot"
}

write_unit() {
  text="# LVS Designer, cluster $cluster
[Unit]
Description=LVS cluster $cluster as it was confirmed
After=network.target systemd-modules-load.service systemd-sysctl.service
Before=network-online.target keepalived.service

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=90
ExecStart=/bin/sh $home/boot

[Install]
WantedBy=multi-user.target"
}

write_openrc() {
  text="#!/sbin/openrc-run
# LVS Designer, cluster $cluster
description='LVS cluster $cluster as it was confirmed'
depend() {
  need net
  before keepalived
}
start() {
  ebegin 'Bringing up LVS cluster $cluster'
  /bin/sh $home/boot
  eend \$?
}"
}

# What of this host starts things at boot, as `manager`: systemd, openrc, busybox (its init without either), or none that is
# known here.
find_boot_manager() {
  manager=none
  if [ -d /run/systemd/system ]; then
    manager=systemd
  elif [ -x /sbin/openrc-run ]; then
    manager=openrc
  elif [ -f /etc/inittab ]; then
    case $(readlink /proc/1/exe 2>/dev/null) in */busybox*) manager=busybox ;; esac
  fi
}

# change_inittab COMMAND...: replaces it by what a command makes of it, with the rights it has.
change_inittab() {
  reason='cannot write /etc/inittab'
  if cp -p /etc/inittab /etc/inittab.lvs 2>/dev/null && "$@" </etc/inittab 2>/dev/null >/etc/inittab.lvs &&
    flush /etc/inittab.lvs && mv -f /etc/inittab.lvs /etc/inittab 2>/dev/null; then
    flush /etc
  else
    rm -f /etc/inittab.lvs 2>/dev/null
    return 1
  fi
}

with_boot_line() {
  cat && printf '%s\n' "$boot_line"
}

without_boot_line() {
  grep -v -x -F -e "$boot_line" || [ $? -eq 1 ]
}

# The names of ours there, beside the manager.
find_hook() {
  service=lvs-designer-$cluster
  boot_line="::sysinit:/bin/sh $home/boot"
  find_boot_manager
}

install_hook() {
  write_script
  [ "$(cat "$home/boot" 2>/dev/null)" = "$text" ] || put_file "$home/boot" "$text" || return 1
  find_hook
  case $manager in
  systemd)
    write_unit
    file=/etc/systemd/system/$service.service
    if [ "$(cat "$file" 2>/dev/null)" != "$text" ]; then
      put_file "$file" "$text" 644 && run systemctl daemon-reload || return 1
    fi
    run systemctl enable --quiet "$service.service"
    ;;
  openrc)
    write_openrc
    [ "$(cat "/etc/init.d/$service" 2>/dev/null)" = "$text" ] || put_file "/etc/init.d/$service" "$text" 755 || return 1
    [ -e "/etc/runlevels/default/$service" ] || run rc-update add "$service" default
    ;;
  busybox) grep -q -x -F -e "$boot_line" /etc/inittab || change_inittab with_boot_line ;;
  # Worth saying, and no reason to go back: the host is as it was told to be until somebody restarts it.
  none) printf 'boot\tnone\n' ;;
  esac
}

# Whether anything of ours runs at boot, whatever has become of the folder it is about.
has_hook() {
  find_hook
  case $manager in
  systemd) [ -e "/etc/systemd/system/$service.service" ] || [ -e "/etc/systemd/system/$service.service.new" ] ;;
  openrc) [ -e "/etc/init.d/$service" ] || [ -e "/etc/init.d/$service.new" ] ;;
  busybox) [ -e /etc/inittab.lvs ] || grep -q -x -F -e "$boot_line" /etc/inittab ;;
  *) false ;;
  esac
}

remove_hook() {
  find_hook
  case $manager in
  systemd)
    if [ -e "/etc/systemd/system/$service.service" ]; then
      systemctl disable --quiet "$service.service" >/dev/null 2>&1
      rm -f "/etc/systemd/system/$service.service"
      systemctl daemon-reload >/dev/null 2>&1
    fi
    rm -f "/etc/systemd/system/$service.service.new"
    ;;
  openrc)
    if [ -e "/etc/init.d/$service" ]; then
      rc-update del "$service" default >/dev/null 2>&1
      rm -f "/etc/init.d/$service"
    fi
    rm -f "/etc/init.d/$service.new"
    ;;
  busybox)
    ! grep -q -x -F -e "$boot_line" /etc/inittab || change_inittab without_boot_line || :
    # Of a change that a reset has cut off.
    [ ! -e /etc/inittab.lvs ] || rm -f /etc/inittab.lvs
    ;;
  esac
  rm -f "$home/boot" 2>/dev/null
}

# What was not confirmed has never been; what was is brought about again. Devices can be late: it is tried for a while.
# It need not be a boot: somebody may start it, and a restart of the services alone (systemctl soft-reboot) ends timers and leaves
# what the kernel has.
boot() {
  booting=yes
  id_in "$home/open"
  # Where there is something to take back, nobody else may be at it.
  if [ -n "$named" ] && [ -d "$LOCK_DIR/$named" ]; then patience=60; else patience=15; fi
  take_turn_at_boot "$patience" || note 'does not wait any longer at boot for another call that is changing this host'
  id_in "$home/open"
  if [ -n "$named" ]; then
    use_transaction "$named"
    if [ -z "$has_turn" ] && [ -d "$volatile" ]; then
      note 'not brought back at boot: a deployment is open, and another call is changing this host'
      return 1
    elif is_confirmed; then
      # Cut off between its confirmation and the end: what it has taken away is on the disk still.
      while IFS=$TAB read -r _ _ kind key after before; do
        [ "$kind" != file ] || { put "$kind" "$key" "$after" "$before" && keep_conf; } || note "$reason"
      done <"$folder/steps"
      rm -f "$home/open"
    elif [ -d "$volatile" ]; then
      undo ': what was confirmed is brought about again'
      note "$said"
    else
      forget_after_reboot
    fi
  fi
  id_in "$home/current"
  if [ -z "$named" ]; then
    remove_hook
    tidy
    return 0
  fi
  use_transaction "$named"
  id_in "$home/open"
  left_open=$named
  tries=0
  until bring_back; do
    tries=$((tries + 1))
    if [ "$tries" -ge 20 ]; then
      note "not all of it came back at boot: ${amiss#; }"
      return 1
    fi
    # Others have their turn meanwhile, one of which may be a deployment of this cluster.
    exec 8>&-
    sleep 1
    take_turn_at_boot 2 || :
    is_confirmed || return 0
  done
  keep_conf || note "brought back, and not written yet: $reason"
  note 'brought back at boot'
}

# take_turn_at_boot SECONDS: whether it has come, as `has_turn`. All clusters of a host start at once, and none may be kept away
# by another that is sick: what was confirmed is brought about in any case, and within the time that the unit has.
take_turn_at_boot() {
  has_turn=
  { [ -d "$LOCK_DIR" ] || mkdir -p "$LOCK_DIR" 2>/dev/null; } && take_turn "$1" && has_turn=yes
}

# Brings about once what was confirmed, also what comes after something that fails; what that was as `amiss`.
bring_back() {
  amiss=
  id_in "$home/open"
  if [ "$named" != "$left_open" ]; then
    amiss='a deployment has begun since'
    return 1
  fi
  while IFS=$TAB read -r kind key state; do
    reason='failed without a word'
    put "$kind" "$key" "$state" absent || amiss="$amiss; $reason"
  done <"$folder/wanted"
  [ -z "$amiss" ]
}
