/* SPDX-License-Identifier: BSD-2-Clause */
/* Two maps whose cut name is the same. */
#define NAME connections_of_tcp
#define OTHER connections_of_udp
#include "vast.bpf.h"
