#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# enter.sh TREE COMMAND...: runs a command in a tree of Debian, which becomes the root of a mount
# namespace of its own: processes in a mere chroot cannot make mounts private. If the caller is killed,
# the kernel kills all processes of the tree, and then removes its mounts.
set -eu

if [ "$1" != --inside ]; then
	exec setpriv --pdeathsig KILL \
		unshare --mount --pid --fork --kill-child=KILL bash "$0" --inside "$@"
fi
tree=$2
shift 2

mount --bind "$tree" "$tree"
cd "$tree"
cp -L /etc/resolv.conf etc/resolv.conf
mount -t proc proc proc
mount --rbind /sys sys
# Not the directory /dev itself: a program that removes /dev/null here does not remove the machine's.
mount -t tmpfs -o mode=755 tmpfs dev
for node in full null random tty urandom zero; do
	: >"dev/$node"
	mount --bind "/dev/$node" "dev/$node"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -t tmpfs tmpfs run
pivot_root . .
umount -l .
exec env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	${http_proxy+http_proxy="$http_proxy"} ${https_proxy+https_proxy="$https_proxy"} "$@"
