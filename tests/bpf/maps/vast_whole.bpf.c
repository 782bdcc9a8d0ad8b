/* SPDX-License-Identifier: BSD-2-Clause */
/* A map whose name is what is left of that of vast_tcp. */
#define NAME connections_of_
#include "vast.bpf.h"
