"""What this machine can do: threads, torch and its CUDA devices, classical codecs."""

import importlib.util
import platform
from typing import Any

from inrcodec.baselines import classical
from inrcodec.threads import core_count


def capabilities() -> dict[str, Any]:
    """Facts for people and scripts: python, threads, torch (None when absent), CUDA devices, classical codecs."""
    facts: dict[str, Any] = {
        "python": platform.python_version(),
        "threads": core_count(),
        "torch": None,
        "cuda_devices": [],
        "classical_codecs": classical.available(),
    }
    if importlib.util.find_spec("torch") is not None:
        import torch

        facts["torch"] = torch.__version__
        for index in range(torch.cuda.device_count()):
            device = torch.cuda.get_device_properties(index)
            facts["cuda_devices"].append({"name": device.name, "memory_bytes": device.total_memory})
    return facts


def describe(facts: dict[str, Any]) -> str:
    """The facts as lines of text."""
    torch = facts["torch"] or "not installed: decoding works, encoding does not"
    lines = [f"Python   {facts['python']}", f"threads  {facts['threads']}", f"torch    {torch}"]
    devices = [f"{device['name']}, {device['memory_bytes'] / 2**30:.0f} GiB" for device in facts["cuda_devices"]]
    lines.append(f"CUDA     {'; '.join(devices) or 'no device: fits run on the CPU'}")
    for name, version in facts["classical_codecs"].items():
        lines.append(f"{name:<8} {version or 'not found'}")
    return "\n".join(lines)
