/* SPDX-License-Identifier: BSD-2-Clause */
/* A firewall that drops mail to port 25. */
#include "firewall.bpf.h"

const volatile char bpf_metadata_version[] = "1.0"; /* cgswap show prints it */

SEC("cgroup_skb/egress")
int firewall(struct __sk_buff *skb)
{
	return tcp_port(skb) == 25 ? refuse() : PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
