/* SPDX-License-Identifier: BSD-2-Clause */
/* A function and nothing else: no program. */
int helper(int a);

int helper(int a)
{
	return a + 1;
}
