#!/bin/sh
# A host's boot, before its sshd: what the drawing pins, and nothing else. A line the kernel
# refuses is reported on the machine's console, where `lab up` reads it.
export PATH=/usr/sbin:/usr/bin
conf=/etc/lvs-lab
busybox mount -a
mkdir -m 0755 /run/sshd
read -r name </etc/hostname
echo "$name" >/proc/sys/kernel/hostname

report() {
  while read -r line; do echo "lvs-lab: problem: $name: $line"; done
}

while read -r path value; do
  if ! echo "$value" >"/proc/sys/$path"; then
    echo "lvs-lab: problem: $name: sysctl $path: the kernel does not take '$value'"
  fi
done <$conf/sysctls 2>/dev/null
ip -force -batch $conf/network 2>&1 | report
if [ -s $conf/drops ]; then nft -f $conf/drops 2>&1 | report; fi
echo "lvs-lab: host $name booted"
