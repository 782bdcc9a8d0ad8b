/* SPDX-License-Identifier: BSD-2-Clause */
/* A map whose name is not cut. */
#define NAME connections
#include "vast.bpf.h"
