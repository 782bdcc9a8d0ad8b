/* SPDX-License-Identifier: BSD-2-Clause */
/* The firewall; another load of it is its next version. */
#include "gate.bpf.h"
