/* SPDX-License-Identifier: BSD-2-Clause */
#define BLOCKLIST_VERSION 1
#define CHAINED
#define BLOCK_CALLS block_chain
#include "blocklist.bpf.h"
