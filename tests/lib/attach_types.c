/* SPDX-License-Identifier: BSD-2-Clause */
#include "attach_types.h"

#include <stdlib.h>

enum { SKB = 8, SOCK = 9, OPS = 13, DEV = 15, ADDR = 18, SYSCTL = 23, SOCKOPT = 25 };

const struct type_info type_infos[] = {
	{ "cgroup_inet_ingress", "ingress", 0, SKB },
	{ "cgroup_inet_egress", "egress", 1, SKB },
	{ "cgroup_inet_sock_create", "sock_create", 2, SOCK },
	{ "cgroup_sock_ops", "sock_ops", 3, OPS },
	{ "cgroup_device", "device", 6, DEV },
	{ "cgroup_inet4_bind", "bind4", 8, ADDR },
	{ "cgroup_inet6_bind", "bind6", 9, ADDR },
	{ "cgroup_inet4_connect", "connect4", 10, ADDR },
	{ "cgroup_inet6_connect", "connect6", 11, ADDR },
	{ "cgroup_inet4_post_bind", "post_bind4", 12, SOCK },
	{ "cgroup_inet6_post_bind", "post_bind6", 13, SOCK },
	{ "cgroup_udp4_sendmsg", "sendmsg4", 14, ADDR },
	{ "cgroup_udp6_sendmsg", "sendmsg6", 15, ADDR },
	{ "cgroup_sysctl", "sysctl", 18, SYSCTL },
	{ "cgroup_udp4_recvmsg", "recvmsg4", 19, ADDR },
	{ "cgroup_udp6_recvmsg", "recvmsg6", 20, ADDR },
	{ "cgroup_getsockopt", "getsockopt", 21, SOCKOPT },
	{ "cgroup_setsockopt", "setsockopt", 22, SOCKOPT },
	{ "cgroup_inet4_getpeername", "getpeername4", 29, ADDR },
	{ "cgroup_inet6_getpeername", "getpeername6", 30, ADDR },
	{ "cgroup_inet4_getsockname", "getsockname4", 31, ADDR },
	{ "cgroup_inet6_getsockname", "getsockname6", 32, ADDR },
	{ "cgroup_inet_sock_release", "sock_release", 34, SOCK },
	{ "cgroup_unix_connect", "connect_unix", 49, ADDR },
	{ "cgroup_unix_sendmsg", "sendmsg_unix", 50, ADDR },
	{ "cgroup_unix_recvmsg", "recvmsg_unix", 51, ADDR },
	{ "cgroup_unix_getpeername", "getpeername_unix", 52, ADDR },
	{ "cgroup_unix_getsockname", "getsockname_unix", 53, ADDR },
};

const size_t type_info_count = sizeof(type_infos) / sizeof(*type_infos);

const struct type_info *type_info_of(uint32_t attach_type)
{
	for (size_t i = 0; i < type_info_count; i++)
		if (type_infos[i].attach_type == attach_type)
			return &type_infos[i];
	abort();
}
