/* SPDX-License-Identifier: BSD-2-Clause */
/* The next version of the firewall, which drops mail to ports 25 and 587. */
#include "firewall.bpf.h"

const volatile char bpf_metadata_version[] = "2.0"; /* cgswap show prints it */

SEC("cgroup_skb/egress")
int firewall(struct __sk_buff *skb)
{
	int port = tcp_port(skb);

	return port == 25 || port == 587 ? refuse() : PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
