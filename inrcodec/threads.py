"""Whose threads share the work: ours, which sleep while they wait. BLAS's and torch's are held at one meanwhile.

Those wait for each other in a spin: beside other programs a step that takes milliseconds then takes seconds, and in a
forked child, which has none of its parent's threads, it never ends.
"""

import os
from contextlib import ContextDecorator
from threading import Event, Lock, Thread
from types import TracebackType

from threadpoolctl import threadpool_limits


def core_count() -> int:
    """The cores that this process may use."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_count() -> int:
    """The cores this process may use, or OMP_NUM_THREADS where that is less (the workflow sets it)."""
    chosen = os.environ.get("OMP_NUM_THREADS", "")
    return min(core_count(), int(chosen)) if chosen.isdigit() and int(chosen) > 0 else core_count()


class Held(ContextDecorator):
    """A context, and a decorator, that holds a setting of this process while any thread is inside.

    Subclasses say what the first thread does that comes, what each does on its way in and out, and what the last does.
    """

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self.first_comes()
            self._inside += 1
            self.comes()

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._lock:
            self._inside -= 1
            self.leaves()
            if not self._inside:
                self.last_leaves()

    def first_comes(self) -> None: ...
    def comes(self) -> None: ...
    def leaves(self) -> None: ...
    def last_leaves(self) -> None: ...


class OneBlasThread(Held):
    """NumPy's BLAS works in the calling thread alone.

    Its number of threads is the whole process's, and threadpoolctl lets only the thread that set a limit lift it: one
    of our own does both.
    """

    def first_comes(self) -> None:
        self._set, self._lift = Event(), Event()
        self._keeper = Thread(target=self._keep, daemon=True)
        self._keeper.start()
        self._set.wait()

    def _keep(self) -> None:
        try:
            with threadpool_limits(1, user_api="blas"):
                self._set.set()
                self._lift.wait()
        finally:
            self._set.set()

    def last_leaves(self) -> None:
        self._lift.set()
        self._keeper.join()


ONE_BLAS_THREAD = OneBlasThread()


class OneTorchThread(Held):
    """Torch works in the calling thread alone; whoever makes threads inside sets each to one.

    The number is each thread's own, and what the process's new threads begin with.
    """

    def first_comes(self) -> None:
        import torch

        self._torch = torch
        self._before = torch.get_num_threads()

    def comes(self) -> None:
        self._torch.set_num_threads(1)

    def leaves(self) -> None:
        self._torch.set_num_threads(self._before)


ONE_TORCH_THREAD = OneTorchThread()
