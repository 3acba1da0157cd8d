/**
 * Makes the disk of a host out of Debian's as Red Hat lays one out, in what a program that changes hosts could stumble over:
 * bash is sh, and dash is not there (busybox is: a fault that resets the host is made with it); no dpkg, apt, update-rc.d,
 * /etc/default, /etc/network; network by files of NetworkManager and /etc/sysconfig; init scripts below /etc/rc.d; and a root whose cp, mv and rm ask.
 */
export const RED_HAT = `
ln -sf bash usr/bin/sh
rm -rf etc/network etc/default etc/apt etc/dpkg etc/init.d etc/debian_version var/lib/dpkg
for each in dash dpkg dpkg-query apt apt-get deb-systemd-helper; do rm -f "usr/bin/$each"; done
for each in update-rc.d invoke-rc.d service ifup ifdown; do rm -f "usr/sbin/$each"; done
mkdir -p etc/rc.d/init.d etc/sysconfig/network-scripts etc/NetworkManager/system-connections etc/sysctl.d
ln -s rc.d/init.d etc/init.d
ln -sfn ../sysctl.conf etc/sysctl.d/99-sysctl.conf
printf 'net.ipv4.conf.all.arp_ignore = 0\\n' >etc/sysctl.conf
printf 'NETWORKING=yes\\n' >etc/sysconfig/network
printf '[connection]\\nid=eth0\\ntype=ethernet\\ninterface-name=eth0\\n' >etc/NetworkManager/system-connections/eth0.nmconnection
printf -- '-A -t 192.0.2.200:80 -s wrr\\n' >etc/sysconfig/ipvsadm
rm -f etc/os-release
printf 'NAME="Red Hat Enterprise Linux"\\nID="rhel"\\nID_LIKE="fedora"\\nVERSION_ID="9.4"\\n' >etc/os-release
printf 'alias rm="rm -i" cp="cp -i" mv="mv -i"\\n[ ! -f /etc/bashrc ] || . /etc/bashrc\\n' >root/.bashrc
printf 'umask 022\\n' >etc/bashrc
`
