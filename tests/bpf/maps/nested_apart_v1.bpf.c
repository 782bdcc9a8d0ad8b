/* SPDX-License-Identifier: BSD-2-Clause */
/* The inner map is used through the map of maps only. */
#include "nested_apart.bpf.h"
