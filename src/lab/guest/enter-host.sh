#!/bin/busybox sh
# Runs as process 1 of a host's fresh namespaces: gives it its own disk and starts its init.
# The disk is what the host wrote over what the lab gave it over the image.
dir=/lab/hosts/$1
busybox mkdir -p "$dir/upper" "$dir/work" "$dir/root"
busybox mount -t overlay -o "lowerdir=$dir/layer:/lab/common:/lab/image,upperdir=$dir/upper,workdir=$dir/work" lab "$dir/root" || exit 1
cd "$dir/root" || exit 1
busybox pivot_root . mnt || exit 1
cd /
busybox umount -l /mnt
exec /usr/sbin/init
