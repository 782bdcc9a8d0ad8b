# SPDX-License-Identifier: BSD-2-Clause
"""Lays out the Python module's sources as setup.py expects them.

`make python-sdist` runs `checkout.py TOP FOLDER WRAPPER`; for pip, in a checkout, this is the build
backend, which makes the wrapper with SWIG and then calls setuptools in the new folder."""

import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SWIG_FLAGS = ("-python", "-threads", "-Wall", "-interface", "_cgswap")


def swig(top, folder):
    """Makes the wrapper. Returns its path."""
    wrapper = f"{folder}/_cgswap.c"
    command = [os.environ.get("SWIG", "swig"), *SWIG_FLAGS, f"-I{top}/swig", f"-I{top}/include",
               "-outdir", folder, "-o", wrapper, f"{top}/swig/cgswap.i"]
    try:
        subprocess.run(command, check=True)
    except FileNotFoundError:
        sys.exit(f"cgswap: '{command[0]}' not found: to build from a checkout, install SWIG 4.1 or later")
    except subprocess.CalledProcessError:
        sys.exit("cgswap: SWIG failed: SWIG 4.1 or later is needed")
    return wrapper


def copy(files, folder):
    os.makedirs(folder, exist_ok=True)
    for file in files:
        shutil.copy(file, folder)


def assemble(top, folder, wrapper=None):
    """Copies the sources into a new folder, with generated files."""
    python = f"{top}/swig/python"
    copy([f"{python}/cgswap/py.typed"], f"{folder}/cgswap")
    subprocess.run([sys.executable, f"{python}/generate.py", top, f"{folder}/cgswap"], check=True)
    copy(glob.glob(f"{top}/swig/*.[ch]") + glob.glob(f"{python}/*.[ch]"), f"{folder}/c")
    copy(glob.glob(f"{top}/src/abi/*.def") + glob.glob(f"{top}/src/abi/fields.[ch]"), f"{folder}/c/abi")
    copy([f"{top}/LICENSE", f"{python}/README.md", f"{python}/setup.py"], folder)
    if wrapper:
        shutil.copy(wrapper, f"{folder}/c")
    else:
        swig(top, f"{folder}/c")
    with open(f"{top}/configure.ac") as file:
        version = re.search(r"AC_INIT\(\[libcgswap\], \[(.*?)\]", file.read()).group(1)
    with open(f"{python}/pyproject.toml.in") as file:
        text = file.read().replace("%VERSION%", version)
    with open(f"{folder}/pyproject.toml", "w") as file:
        file.write(text)
    with open(f"{folder}/MANIFEST.in", "w") as file:
        file.write("recursive-include c *.h *.def\n")


@contextlib.contextmanager
def assembled():
    """The backend of setuptools, in a folder with the sources."""
    try:
        from setuptools import build_meta
    except ModuleNotFoundError:
        sys.exit("cgswap: setuptools is missing: install it and wheel, or run pip without --no-build-isolation")
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        assemble(TOP, folder)
        os.chdir(folder)
        try:
            yield build_meta
        finally:
            os.chdir(before)


def get_requires_for_build_wheel(config_settings=None):
    return ["wheel"]


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    with assembled() as backend:
        return backend.prepare_metadata_for_build_wheel(metadata_directory, config_settings)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with assembled() as backend:
        return backend.build_wheel(wheel_directory, config_settings)


def build_sdist(sdist_directory, config_settings=None):
    with assembled() as backend:
        return backend.build_sdist(sdist_directory, config_settings)


if __name__ == "__main__":
    assemble(*sys.argv[1:])
