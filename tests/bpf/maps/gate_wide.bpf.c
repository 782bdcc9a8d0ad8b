/* SPDX-License-Identifier: BSD-2-Clause */
/* Its array has more slots. */
#define GATE_SLOTS 16
#include "gate.bpf.h"
