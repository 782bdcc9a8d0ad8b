/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/attach_type.h"

#include <linux/bpf.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/suggest.h"

/* number, program type, bound to the attach type it was loaded for, full name, short name */
static const struct attach_type types[] = {
	{ 0, BPF_PROG_TYPE_CGROUP_SKB, false, "cgroup_inet_ingress", "ingress" },
	{ 1, BPF_PROG_TYPE_CGROUP_SKB, false, "cgroup_inet_egress", "egress" },
	{ 2, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet_sock_create", "sock_create" },
	{ 3, BPF_PROG_TYPE_SOCK_OPS, false, "cgroup_sock_ops", "sock_ops" },
	{ 6, BPF_PROG_TYPE_CGROUP_DEVICE, false, "cgroup_device", "device" },
	{ 8, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_bind", "bind4" },
	{ 9, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_bind", "bind6" },
	{ 10, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_connect", "connect4" },
	{ 11, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_connect", "connect6" },
	{ 12, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet4_post_bind", "post_bind4" },
	{ 13, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet6_post_bind", "post_bind6" },
	{ 14, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp4_sendmsg", "sendmsg4" },
	{ 15, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp6_sendmsg", "sendmsg6" },
	{ 18, BPF_PROG_TYPE_CGROUP_SYSCTL, false, "cgroup_sysctl", "sysctl" },
	{ 19, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp4_recvmsg", "recvmsg4" },
	{ 20, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp6_recvmsg", "recvmsg6" },
	{ 21, BPF_PROG_TYPE_CGROUP_SOCKOPT, true, "cgroup_getsockopt", "getsockopt" },
	{ 22, BPF_PROG_TYPE_CGROUP_SOCKOPT, true, "cgroup_setsockopt", "setsockopt" },
	{ 29, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_getpeername", "getpeername4" },
	{ 30, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_getpeername", "getpeername6" },
	{ 31, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_getsockname", "getsockname4" },
	{ 32, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_getsockname", "getsockname6" },
	{ 34, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet_sock_release", "sock_release" },
	{ ATTACH_LSM_CGROUP, BPF_PROG_TYPE_LSM, true, "lsm_cgroup", "lsm_cgroup" },
	{ 49, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_connect", "connect_unix" },
	{ 50, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_sendmsg", "sendmsg_unix" },
	{ 51, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_recvmsg", "recvmsg_unix" },
	{ 52, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_getpeername", "getpeername_unix" },
	{ 53, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_getsockname", "getsockname_unix" },
};

enum { TYPES = sizeof(types) / sizeof(types[0]), NEAR_ENOUGH = 3, NEAR_SHOWN = 8 };

const struct attach_type *attach_type_at(size_t index)
{
	return index < TYPES ? &types[index] : NULL;
}

const struct attach_type *attach_type_by_number(uint32_t number)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].number == number)
			return &types[i];
	return NULL;
}

/* Names of sections and of other tools; those of sections have "cgroup/" before them, or nothing.
 */
static const struct {
	const char *name;
	uint32_t number;
} other_names[] = {
	{ "dev", 6 }, { "sock", 2 }, { "sock1", 2 }, { "sockops", 3 }, { "sockops1", 3 },
};

static const char *attach_type_after(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

/* The name without the prefix of a section or of an enum in linux/bpf.h. */
static const struct attach_type *attach_type_by_rest(const char *rest)
{
	for (size_t i = 0; i < TYPES; i++)
		if (strcmp(types[i].short_name, rest) == 0)
			return &types[i];
	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
		if (strcmp(other_names[i].name, rest) == 0)
			return attach_type_by_number(other_names[i].number);
	return NULL;
}

const struct attach_type *attach_type_by_other_name(const char *name)
{
	const char *rest = attach_type_after(name, "BPF_");

	for (size_t i = 0; rest && i < TYPES; i++)
		if (strcasecmp(types[i].name, rest) == 0)
			return &types[i];
	rest = attach_type_after(name, "cgroup/");
	if (!rest)
		rest = attach_type_after(name, "cgroup_skb/");
	return attach_type_by_rest(rest ? rest : name);
}

static bool attach_type_is_near(const struct attach_type *type, const char *name)
{
	if (suggest_distance(type->short_name, name) < NEAR_ENOUGH ||
	    suggest_distance(type->name, name) < NEAR_ENOUGH)
		return true;
	return strlen(name) >= 4 && strstr(type->name, name);
}

bool attach_type_near(char text[ATTACH_TYPE_NEAR_SIZE], const char *name)
{
	const char *names[NEAR_SHOWN];
	size_t count = 0;

	for (size_t i = 0; i < TYPES && count < NEAR_SHOWN; i++)
		if (attach_type_is_near(&types[i], name))
			names[count++] = types[i].short_name;
	if (count)
		suggest_ask(names, count, text, ATTACH_TYPE_NEAR_SIZE);
	return count > 0;
}

static enum cgswap_status error_unknown_attach_type(const char *name)
{
	char question[ATTACH_TYPE_NEAR_SIZE];

	error_set(CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN, 0,
		  "'%.64s'{attach_type} is not a cgroup attach type", name);
	if (attach_type_near(question, name))
		error_remedy("%s", question);
	else
		error_remedy("use a name such as egress, ingress, connect4, bind4, device, sysctl");
	return CGSWAP_E_ARGUMENT;
}

enum cgswap_status attach_type_find(const struct attach_type **out, const char *name)
{
	*out = NULL;
	if (!name)
		return error_bad_argument("'%s'{option} is NULL", "attach_type");
	for (size_t i = 0; i < TYPES; i++) {
		if (strcmp(types[i].name, name) && strcmp(types[i].short_name, name))
			continue;
		*out = &types[i];
		return CGSWAP_OK;
	}
	*out = attach_type_by_other_name(name);
	return *out ? CGSWAP_OK : error_unknown_attach_type(name);
}

enum cgswap_status attach_type_check_changeable(const struct attach_type *type)
{
	if (type->number != ATTACH_LSM_CGROUP)
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_ATTACH_TYPE_UNSUPPORTED, 0,
		  "chains of lsm_cgroup, one for each LSM function, can be listed but not changed");
	error_remedy("attach lsm_cgroup programs by links, with libbpf or bpftool");
	return CGSWAP_E_UNSUPPORTED;
}

size_t cgswap_attach_type_get_count(void)
{
	return TYPES;
}

const char *cgswap_attach_type_get_name(size_t index)
{
	return index < TYPES ? types[index].name : "";
}

const char *cgswap_attach_type_get_short_name(size_t index)
{
	return index < TYPES ? types[index].short_name : "";
}
