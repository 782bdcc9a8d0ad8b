/* SPDX-License-Identifier: BSD-2-Clause */
#define BLOCKLIST_VERSION 2
#include "blocklist.bpf.h"
