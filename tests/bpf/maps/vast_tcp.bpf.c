/* SPDX-License-Identifier: BSD-2-Clause */
/* A map whose name is cut. */
#define NAME connections_of_tcp
#include "vast.bpf.h"
