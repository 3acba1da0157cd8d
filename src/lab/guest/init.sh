#!/bin/busybox sh
# First process of the lab machine, from the initramfs: brings up the disk and gives way to the
# switch's own root. Everything the hosts write stays in memory under /lab; the image is read-only.
export PATH=/bin
/bin/busybox --install -s /bin

fail() {
  echo "lvs-lab: failed: $*"
  poweroff -f
}

mkdir -p /proc /sys /dev /store /switch
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module; do
  insmod "/modules/$module" || fail "kernel module $module"
done </modules/order

tries=0
until [ -b /dev/vda ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || fail 'the disk did not appear'
  usleep 50000
done

mount -t tmpfs -o size=85%,mode=0755 lab /store || fail 'memory file system'
cp -a /lab/. /store/ || fail 'the description of the lab does not fit into memory'
mkdir -p /store/image /store/switch/upper /store/switch/work
mount -t ext4 -o ro,noload /dev/vda /store/image || fail 'the disk cannot be read'
mount -t overlay -o lowerdir=/store/switch/layer:/store/common:/store/image,upperdir=/store/switch/upper,workdir=/store/switch/work lab /switch ||
  fail 'root file system of the switch'
mkdir -p /switch/lab
mount -o move /store /switch/lab
mount -o move /dev /switch/dev
mount -o move /sys /switch/sys
mount -o move /proc /switch/proc
exec switch_root /switch /sbin/init
