/* SPDX-License-Identifier: BSD-2-Clause */
/* With cgroup storage. */
#define GATE_STORAGE
#include "gate.bpf.h"
