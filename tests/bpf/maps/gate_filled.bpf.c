/* SPDX-License-Identifier: BSD-2-Clause */
/* The source fills the slot that the firewall calls. */
#define GATE_FILLED_SLOT 3
#include "gate.bpf.h"
