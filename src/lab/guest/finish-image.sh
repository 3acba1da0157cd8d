#!/bin/sh
# Run by mmdebstrap on the new root file system ($1) before it is thrown away: adds the kernel's
# modules and an account for tests of sudo, and leaves kernel, initramfs and disk beside this
# script. The kernel package is unpacked, not installed: installing it would build an initramfs
# (half a minute) that nobody boots.
set -eu
root=$1
out=${0%/*}

cd "$root/tmp"
package=$(apt-cache depends --important linux-image-cloud-amd64 | sed -n 's/^ *Depends: //p' | head -n 1)
apt-get -q download "$package"
dpkg-deb --fsys-tarfile linux-image-*.deb | tar -x --keep-directory-symlink -C "$root" ./boot ./lib
rm linux-image-*.deb
kernel=$(ls "$root/lib/modules")
cat "$root/boot/vmlinuz-$kernel" >"$out/vmlinuz"
rm -rf "$root"/boot/*
chroot "$root" depmod "$kernel"

# What reaches the disk; everything else is loaded from it.
rm -rf "$root/tmp/initramfs"
mkdir -p "$root/tmp/initramfs/bin" "$root/tmp/initramfs/modules"
cp "$root/bin/busybox" "$root/tmp/initramfs/bin/busybox"
for module in virtio_pci virtio_blk overlay; do
  chroot "$root" modprobe --set-version "$kernel" --show-depends "$module"
done | while read -r kind file rest; do
  [ "$kind" = insmod ] || continue
  name=${file##*/}
  [ -e "$root/tmp/initramfs/modules/$name" ] && continue
  cp "$root$file" "$root/tmp/initramfs/modules/$name"
  echo "$name" >>"$root/tmp/initramfs/modules/order"
done
chroot "$root" sh -c 'cd /tmp/initramfs && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1' >"$out/initramfs.gz"
rm -rf "$root/tmp/initramfs"

# '*' is "no password", not "locked": sshd without PAM refuses locked accounts even with a key.
chroot "$root" useradd --create-home --shell /bin/bash --password '*' ops
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf" "$root/etc/hostname"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/usr/share/doc/* "$root"/usr/share/man/*

# A plain bind shows the file system without what is mounted on it here (/proc, /sys).
export root out
unshare --mount sh -c '
  mount --bind "$root" "$root/mnt"
  mke2fs -q -F -t ext4 -O ^has_journal -E root_owner=0:0 -m 0 -d "$root/mnt" "$out/root.ext4"
'
resize2fs -fM "$out/root.ext4" >/dev/null 2>&1
echo "lvs-lab image: kernel $kernel"
