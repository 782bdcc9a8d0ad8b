/* SPDX-License-Identifier: BSD-2-Clause */
/* Its array has another name, and the source fills another slot than the one that is called. */
#define GATE_ARRAY gate_policies
#define GATE_FILLED_SLOT 0
#include "gate.bpf.h"
