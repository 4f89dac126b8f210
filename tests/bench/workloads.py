"""What is measured. A workload of tests/bench/workload.c times itself, without the program's start; of a command the whole is timed, by
tests/bench/launch.c."""
import os
import shutil
from dataclasses import dataclass

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclass
class Workload:
    what: str         # for workload.c, or "shell" or "make"
    count: int        # creations a run: 20 ms or so of them
    weight: int = 1   # of the seconds that a workload gets
    is_whole: bool = False


WORKLOADS = {
    "pthread create+join": Workload("pthread", 600),
    "8 threads creating": Workload("crowd", 600),
    "fork+wait": Workload("fork", 150),
    "fork+wait, 1 GiB": Workload("fork-1g", 5),
    "vfork+exec true": Workload("vfork", 40),
    "posix_spawn true": Workload("spawn", 40),
    "system(true)": Workload("system", 20),
    "server: a thread a request": Workload("server", 400),
    "shell loop, 500 commands": Workload("shell", 500, weight=2, is_whole=True),
    "make -j2 of libcloneshim.so": Workload("make", 1, weight=5, is_whole=True),
}


def command_of(workload, build, directory, scale):
    """The command, and what has to be done before each run."""
    count = str(max(1, int(workload.count * scale)))
    if workload.what == "shell":
        return [os.path.join(SOURCE, "tests/bench/shell_loop"), count], lambda: None
    if workload.what == "make":
        target = os.path.join(directory, "make-build")
        # Without optimization: the compiler's own time, in which nothing is created, is the smaller part of it then.
        return (["make", "-s", "-C", SOURCE, "-j2", "OPT=-O0", "BUILD=" + target, os.path.join(target, "libcloneshim.so")],
                lambda: shutil.rmtree(target, True))
    return [os.path.join(build, "tests/bench/workload"), workload.what, count], lambda: None
