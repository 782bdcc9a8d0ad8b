/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/attach_type.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/suggest.h"

/*
 * number, program type, bound to the attach type it was loaded for, full name, short name,
 * names of sections for SEC(), events that it sees
 */
static const struct attach_type types[] = {
	{ 0, BPF_PROG_TYPE_CGROUP_SKB, false, "cgroup_inet_ingress", "ingress",
	  "cgroup_skb/ingress", "each packet that a socket of the cgroup is about to receive" },
	{ 1, BPF_PROG_TYPE_CGROUP_SKB, false, "cgroup_inet_egress", "egress", "cgroup_skb/egress",
	  "each packet that a socket of the cgroup sends" },
	{ 2, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet_sock_create", "sock_create",
	  "cgroup/sock_create cgroup/sock", "each new IPv4 or IPv6 socket, before it is used" },
	{ 3, BPF_PROG_TYPE_SOCK_OPS, false, "cgroup_sock_ops", "sock_ops", "sockops",
	  "events of TCP connections: opened, established, retransmitted, closed" },
	{ 6, BPF_PROG_TYPE_CGROUP_DEVICE, false, "cgroup_device", "device", "cgroup/dev",
	  "each open() or mknod() of a device" },
	{ 8, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_bind", "bind4", "cgroup/bind4",
	  "each bind() to an IPv4 address, which it may change" },
	{ 9, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_bind", "bind6", "cgroup/bind6",
	  "each bind() to an IPv6 address, which it may change" },
	{ 10, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_connect", "connect4",
	  "cgroup/connect4", "each connect() to an IPv4 address, which it may change" },
	{ 11, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_connect", "connect6",
	  "cgroup/connect6", "each connect() to an IPv6 address, which it may change" },
	{ 12, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet4_post_bind", "post_bind4",
	  "cgroup/post_bind4", "each IPv4 socket after its bind()" },
	{ 13, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet6_post_bind", "post_bind6",
	  "cgroup/post_bind6", "each IPv6 socket after its bind()" },
	{ 14, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp4_sendmsg", "sendmsg4",
	  "cgroup/sendmsg4", "each UDP sendmsg() to an IPv4 address, which it may change" },
	{ 15, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp6_sendmsg", "sendmsg6",
	  "cgroup/sendmsg6", "each UDP sendmsg() to an IPv6 address, which it may change" },
	{ 18, BPF_PROG_TYPE_CGROUP_SYSCTL, false, "cgroup_sysctl", "sysctl", "cgroup/sysctl",
	  "each read and write of a file in /proc/sys" },
	{ 19, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp4_recvmsg", "recvmsg4",
	  "cgroup/recvmsg4", "the IPv4 sender of each UDP recvmsg(), which it may change" },
	{ 20, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_udp6_recvmsg", "recvmsg6",
	  "cgroup/recvmsg6", "the IPv6 sender of each UDP recvmsg(), which it may change" },
	{ 21, BPF_PROG_TYPE_CGROUP_SOCKOPT, true, "cgroup_getsockopt", "getsockopt",
	  "cgroup/getsockopt", "each getsockopt(), after the kernel handled it" },
	{ 22, BPF_PROG_TYPE_CGROUP_SOCKOPT, true, "cgroup_setsockopt", "setsockopt",
	  "cgroup/setsockopt", "each setsockopt(), before the kernel handles it" },
	{ 29, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_getpeername", "getpeername4",
	  "cgroup/getpeername4", "the IPv4 address of each getpeername(), which it may change" },
	{ 30, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_getpeername", "getpeername6",
	  "cgroup/getpeername6", "the IPv6 address of each getpeername(), which it may change" },
	{ 31, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet4_getsockname", "getsockname4",
	  "cgroup/getsockname4", "the IPv4 address of each getsockname(), which it may change" },
	{ 32, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_inet6_getsockname", "getsockname6",
	  "cgroup/getsockname6", "the IPv6 address of each getsockname(), which it may change" },
	{ 34, BPF_PROG_TYPE_CGROUP_SOCK, true, "cgroup_inet_sock_release", "sock_release",
	  "cgroup/sock_release", "each IPv4 or IPv6 socket when it is closed" },
	{ ATTACH_LSM_CGROUP, BPF_PROG_TYPE_LSM, true, "lsm_cgroup", "lsm_cgroup",
	  "lsm_cgroup/FUNCTION", "each call of one function of the Linux security modules" },
	{ 49, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_connect", "connect_unix",
	  "cgroup/connect_unix", "each connect() to a Unix address, which it may change" },
	{ 50, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_sendmsg", "sendmsg_unix",
	  "cgroup/sendmsg_unix", "each sendmsg() to a Unix address, which it may change" },
	{ 51, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_recvmsg", "recvmsg_unix",
	  "cgroup/recvmsg_unix", "the Unix sender of each recvmsg(), which it may change" },
	{ 52, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_getpeername", "getpeername_unix",
	  "cgroup/getpeername_unix",
	  "the Unix address of each getpeername(), which it may change" },
	{ 53, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, true, "cgroup_unix_getsockname", "getsockname_unix",
	  "cgroup/getsockname_unix",
	  "the Unix address of each getsockname(), which it may change" },
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
	/* a section names the function that the program is for */
	rest = attach_type_after(name, "lsm_cgroup/");
	if (rest && *rest)
		return attach_type_by_number(ATTACH_LSM_CGROUP);
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

const char *cgswap_attach_type_get_program_type(size_t index)
{
	const char *name = index < TYPES ? libbpf_bpf_prog_type_str(types[index].program_type) : "";

	return name ? name : "";
}

const char *cgswap_attach_type_get_sections(size_t index)
{
	return index < TYPES ? types[index].sections : "";
}

const char *cgswap_attach_type_get_sees(size_t index)
{
	return index < TYPES ? types[index].sees : "";
}
