"""kernel_names.py: the kernel's numbers and their names, as Python and linux/sched.h know them: not from the program under test."""
import errno
import os
import signal

# Values of linux/sched.h, in the order in which strace 6.1 prints them.
CLONE_FLAGS = {
    "CLONE_VM": 0x100, "CLONE_FS": 0x200, "CLONE_FILES": 0x400, "CLONE_SIGHAND": 0x800, "CLONE_PIDFD": 0x1000,
    "CLONE_PTRACE": 0x2000, "CLONE_VFORK": 0x4000, "CLONE_PARENT": 0x8000, "CLONE_THREAD": 0x10000, "CLONE_NEWNS": 0x20000,
    "CLONE_SYSVSEM": 0x40000, "CLONE_SETTLS": 0x80000, "CLONE_PARENT_SETTID": 0x100000, "CLONE_CHILD_CLEARTID": 0x200000,
    "CLONE_UNTRACED": 0x800000, "CLONE_CHILD_SETTID": 0x1000000, "CLONE_NEWCGROUP": 0x2000000, "CLONE_NEWUTS": 0x4000000,
    "CLONE_NEWIPC": 0x8000000, "CLONE_NEWUSER": 0x10000000, "CLONE_NEWPID": 0x20000000, "CLONE_NEWNET": 0x40000000,
    "CLONE_IO": 0x80000000, "CLONE_NEWTIME": 0x80, "CLONE_CLEAR_SIGHAND": 0x100000000, "CLONE_INTO_CGROUP": 0x200000000,
}


def names_of(flags, clone3):
    """The names of the bits that have one, and the bits that have none. Some exist in clone3 only."""
    names = [name for name, bit in CLONE_FLAGS.items() if flags & bit and (clone3 or 0xff < bit < 1 << 32)]
    for name in names:
        flags &= ~CLONE_FLAGS[name]
    return names, flags


def signal_name(number):
    return signal.Signals(number).name


def error_text(name):
    return os.strerror(getattr(errno, name))
