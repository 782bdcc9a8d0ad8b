/* SPDX-License-Identifier: BSD-2-Clause */
/* A map whose whole name is the cut name of vast_tcp's map. */
#define NAME connections_of_
#include "vast.bpf.h"
