/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that libbpf fills in: the kernel's version and configuration, and fields found by CO-RE. */
#include "corpus.bpf.h"
#include <bpf/bpf_core_read.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern unsigned int CONFIG_HZ __kconfig __weak;

struct task_struct {
	int pid;
	int no_such_field;
} __attribute__((preserve_access_index));

COUNT_MAP(hits);
RULES_MAP(rules);
COUNT_MAP(wrong);

SEC("cgroup_skb/egress")
int corpus(struct __sk_buff *skb)
{
	struct task_struct *task = NULL;

	if (LINUX_KERNEL_VERSION < 5 << 16 || !bpf_core_field_exists(task->pid) ||
	    bpf_core_field_exists(task->no_such_field))
		count_in(&wrong);
	return FILTER(skb, &hits, &rules);
}
