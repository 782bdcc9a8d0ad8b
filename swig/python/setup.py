# SPDX-License-Identifier: BSD-2-Clause
"""Builds the module for the libcgswap that pkg-config finds. The rest is in pyproject.toml."""

import glob
import importlib.util
import os
import shlex
import subprocess
import sys

from setuptools import Extension, setup

# setuptools makes wheels itself since 70.1
if not any(map(importlib.util.find_spec, ("setuptools.command.bdist_wheel", "wheel"))):
    sys.exit("cgswap: the package wheel is missing: install it, or run pip without --no-build-isolation")


def pkg_config(*what):
    command = [os.environ.get("PKG_CONFIG", "pkg-config"), *what, "libcgswap"]
    try:
        return shlex.split(subprocess.check_output(command, text=True))
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"cgswap: '{' '.join(command)}' failed: install libcgswap and pkg-config first, and if it is not "
                 "in a folder of the system, set PKG_CONFIG_PATH to that of libcgswap.pc")


asked_to_build = not {"sdist", "egg_info", "dist_info", "--version", "--name"} & set(sys.argv)

setup(
    packages=["cgswap"],
    package_data={"cgswap": ["py.typed", "*.pyi"]},
    ext_modules=[
        Extension(
            "cgswap._cgswap",
            sorted(glob.glob("c/*.c") + glob.glob("c/abi/*.c")),
            include_dirs=["c"],
            extra_compile_args=pkg_config("--cflags") if asked_to_build else [],
            extra_link_args=pkg_config("--libs") if asked_to_build else [],
        )
    ],
)
