"""Landlock: a node can read the program and its own folder, write its own folder, and nothing else on the machine.

Linux 5.13 and later; the three system calls have no wrapper in the C library, so they are called by number (the same on
all architectures). What a process gives up it cannot take back, and its children inherit it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import kiban
from kiban.exchange.errors import NotConfined

CREATE, ADD, RESTRICT = 444, 445, 446
VERSION_FLAG, PATH_BENEATH, NO_NEW_PRIVS = 1, 1, 38
READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read file, read directory
WRITE = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8
REFER, TRUNCATE, IOCTL = 1 << 13, 1 << 14, 1 << 15
ALL = (1 << 13) - 1
READABLE = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc", "/opt", "/sys/devices/system/cpu")


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(ctypes.c_long(number), *arguments))


def abi() -> int:
    """The kernel's Landlock version; 0 when it has none or it is switched off."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG)))


def _handled(version: int) -> int:
    handled = ALL
    for since, right in ((2, REFER), (3, TRUNCATE), (5, IOCTL)):
        if version >= since:
            handled |= right
    return handled


def program_paths() -> list[Path]:
    """What a Python program must read to run: interpreter, libraries, this package; no data folder."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()}
    package = Path(kiban.__file__).parent
    found = [Path(name) for name in (*READABLE, *sorted(prefixes)) if name]
    return [path for path in [*found, package] if path.exists() and path != Path("/")]


def confine(own: Iterable[Path], *, readable: Iterable[Path] = ()) -> bool:
    """Give up every file but the program (read) and ``own`` (read and write); False where the kernel cannot.

    Raises:
        NotConfined: the kernel has Landlock, but refuses.
    """
    version = abi()
    if not version:
        return False
    handled = _handled(version)
    attributes = _Ruleset(handled)
    ruleset = _call(CREATE, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), ctypes.c_uint32(0))
    if ruleset < 0:
        raise NotConfined(f"no Landlock ruleset: {os.strerror(ctypes.get_errno())}", remedy="set confine: no")
    try:
        for path in [*program_paths(), *readable]:
            _allow(ruleset, path, access=READ & handled)
        for path in own:
            _allow(ruleset, path, access=handled)
        for device in ("/dev/null", "/dev/urandom", "/dev/random", "/dev/tty"):
            if Path(device).exists():
                _allow(ruleset, Path(device), access=(1 << 1 | 1 << 2) & handled)
        _restrict(ruleset)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: Path, *, access: int) -> None:
    if path.is_file():
        access &= 1 << 0 | 1 << 1 | 1 << 2 | TRUNCATE
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _Beneath(access, opened)
        if _call(ADD, ctypes.c_int(ruleset), ctypes.c_int(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0)) < 0:
            raise NotConfined(f"{path}: {os.strerror(ctypes.get_errno())}", remedy="set confine: no, and tell us")
    finally:
        os.close(opened)


def _restrict(ruleset: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(ctypes.c_int(NO_NEW_PRIVS), ctypes.c_ulong(1), zero, zero, zero) < 0:
        raise NotConfined("privileges cannot be given up", remedy="set confine: no")
    if _call(RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0)) < 0:
        raise NotConfined(f"Landlock refuses: {os.strerror(ctypes.get_errno())}", remedy="set confine: no")
