#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The only process of a guest: runs every test of /guest/tests and prints its output to the second serial
# line. The kernel prints to the first one.
/bin/busybox --install -s /bin
export PATH=/bin

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /mnt /run /tmp
mount -t devpts devpts /dev/pts
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
# A cgroup v1 hierarchy, for tests that need one.
mkdir -p /run/cgroup-v1
mount -t cgroup -o none,name=cgswap cgroup /run/cgroup-v1
chmod 1777 /tmp
ifconfig lo up

exec </dev/null >/dev/ttyS1 2>&1
stty -opost <&1
. /guest/environment
cd "$abs_top_builddir" || poweroff -f

echo "kernel $(uname -rv)"
# Lines are "tests/DIR/NAME ARGUMENT...". Each line of a test's output gets its name in front.
while read -r test arguments; do
	name=${test#tests/}
	echo "begin $name"
	# shellcheck disable=SC2086  # a list of words
	timeout -s KILL "$patience" "$test" $arguments >/tmp/.output 2>&1
	status=$?
	sed "s,^,$name: ," /tmp/.output
	echo "end $name $status $(cut -d ' ' -f 1 /proc/uptime)"
done </guest/tests
echo "done"
sleep 1
poweroff -f
