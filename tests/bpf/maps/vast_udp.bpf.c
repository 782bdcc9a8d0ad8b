/* SPDX-License-Identifier: BSD-2-Clause */
/* A map whose cut name is the same as that of vast_tcp's map. */
#define NAME connections_of_udp
#include "vast.bpf.h"
