#!/bin/sh
# Becomes a host that boots by systemd, as process 1 of namespaces of its own: enter.sh PLACE. Its disk is PLACE/upper over that
# of this machine, and outlives it; /run, /tmp and the network do not. Of the kernel's settings it may write those of its network.
set -e
place=$1
mount --make-rprivate /
mount -t overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" host "$place/root"
cd "$place/root"
mount -t proc proc proc
mount --bind proc/sys/net mnt
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --move mnt proc/sys/net
mount -t sysfs sys sys
mount -t cgroup2 cgroup sys/fs/cgroup
for each in run tmp dev; do mount -t tmpfs "$each" "$each"; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
for each in null zero full random urandom; do
  : >"dev/$each"
  mount --bind "/dev/$each" "dev/$each"
done
ip link set lo up
# What this machine starts at boot is none of it; what the host itself has enabled since is.
if [ ! -e "$place/begun" ]; then
  rm -rf etc/systemd/system/*.wants etc/rc?.d root usr/local/sbin
  mkdir -m 700 root
  mkdir -p usr/local/sbin etc/systemd/system/multi-user.target.wants
  while read -r unit; do ln -s "../$unit" etc/systemd/system/multi-user.target.wants/; done <"$place/units"
  sh -eu "$place/shape"
  : >"$place/begun"
fi
pivot_root . mnt
umount -l /mnt
exec env -i container=lvs-test PATH=/usr/sbin:/usr/bin /lib/systemd/systemd --unit=multi-user.target --log-target=null
