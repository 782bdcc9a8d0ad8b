/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what cgswap_abi_describe() says, for the scripts beside it. */
#include <cgswap.h>
#include <stdio.h>

int main(void)
{
	return fputs(cgswap_abi_describe(), stdout) < 0 || fflush(stdout);
}
