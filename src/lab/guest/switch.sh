#!/bin/sh
# The switch's boot: the root namespace only carries the drawn networks as bridges and the
# management network; no host lives in it, and its sysctls stay the kernel's own because new
# network namespaces copy some of them from here (net.core.devconf_inherit_init_net).
export PATH=/usr/sbin:/usr/bin
mkdir -p /run/sshd /dev/pts /dev/shm
mount -t tmpfs -o mode=0755 run /run
mount -t devpts -o gid=5,mode=0620 devpts /dev/pts
mkdir -p /run/sshd
read -r name </etc/hostname
echo "$name" >/proc/sys/kernel/hostname
echo 'lvs-lab: kernel started'

# All at once and before any host exists: a fallback tunnel device appears in a network namespace
# when the module is there as the namespace is made.
modprobe -a $(cat /lab/switch/modules) 2>&1 | sed 's/^/lvs-lab: problem: switch: /'

{
  cat /lab/switch/wire
  cat /lab/hosts/*/wire
} | ip -force -batch - 2>&1 | sed 's/^/lvs-lab: problem: switch: /'
cat /lab/hosts/*/offload | perl /lab/bin/offload.pl
cat /lab/hosts/*/plug | ip -force -batch - 2>&1 | sed 's/^/lvs-lab: problem: switch: /'
echo 'lvs-lab: networks wired'

while read -r host; do
  setsid /lab/bin/host run "$host" wired </dev/console >/dev/console 2>&1 &
done </lab/switch/hosts
