/* SPDX-License-Identifier: BSD-2-Clause */
/* The inner map is used by its name too. */
#define DIRECT
#include "nested_apart.bpf.h"
