/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file traffic.h
 * UDP packets on loopback, each with its number in the payload (four bytes, host order), sent by a
 * child process that first enters a cgroup: a socket belongs to the cgroup in which it was made.
 */
#ifndef TESTS_LIB_TRAFFIC_H
#define TESTS_LIB_TRAFFIC_H

#include "scratch.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** Sends packets 0 to count - 1 and returns after the last one. @return 0 or -1. */
int traffic_send(const struct scratch *from, uint32_t count);

/** A sender that runs at the same time as the test. */
struct traffic {
	pid_t sender;
	struct traffic_shared *shared;
};

/** Starts to send packets 0, 1, 2 ... until stopped, at most `most`; waits for the first. */
struct traffic traffic_start(const struct scratch *from, uint32_t most);
/** The same from several cgroups in turn: packet n from number n % count. One process sends them. */
enum { TRAFFIC_MOST_CGROUPS = 256 };
struct traffic traffic_start_in(const struct scratch *from, size_t count, uint32_t most);
/** @return the number of packets sent so far. */
uint32_t traffic_sent(const struct traffic *traffic);
/** Stops. @return the number of packets sent in all. */
uint32_t traffic_stop(struct traffic *traffic);

#endif
