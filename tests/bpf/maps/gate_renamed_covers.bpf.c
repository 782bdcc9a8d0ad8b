/* SPDX-License-Identifier: BSD-2-Clause */
/* Its array has another name, and the source fills the slot that the firewall calls. */
#define GATE_ARRAY gate_policies
#define GATE_FILLED_SLOT 3
#include "gate.bpf.h"
