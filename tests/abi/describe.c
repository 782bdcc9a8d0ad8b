/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the text of cgswap_abi_describe(), for the scripts of this folder. */
#include <cgswap.h>
#include <stdio.h>

int main(void)
{
	return fputs(cgswap_abi_describe(), stdout) < 0 || fflush(stdout);
}
