/* SPDX-License-Identifier: BSD-2-Clause */
/* Its array has another name. */
#define GATE_ARRAY gate_policies
#include "gate.bpf.h"
