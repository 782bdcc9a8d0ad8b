# SPDX-License-Identifier: BSD-2-Clause

dist_man_MANS += %D%/cgswap.1 %D%/libcgswap.3
