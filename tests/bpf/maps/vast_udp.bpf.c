/* SPDX-License-Identifier: BSD-2-Clause */
/* A map whose name begins like that of vast_tcp. */
#define NAME connections_of_udp
#include "vast.bpf.h"
