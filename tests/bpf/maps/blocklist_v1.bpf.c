/* SPDX-License-Identifier: BSD-2-Clause */
#define BLOCKLIST_VERSION 1
#include "blocklist.bpf.h"
