/* SPDX-License-Identifier: BSD-2-Clause */
/* For another attach type. */
#define GATE_SECTION "cgroup/connect6"
#include "gate.bpf.h"
