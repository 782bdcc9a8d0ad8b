/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file campaign.h
 * Every scenario, with every call of the door failing in turn.
 */
#ifndef CAMPAIGN_H
#define CAMPAIGN_H

#include <stdbool.h>

/** all: with every errno in turn; else each call with one of them. */
void campaign_run(bool live, bool all);

#endif
