"""Finds the code of a function version and of its layers on disk."""

import hashlib
import os
import shutil
import tempfile
import threading
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

_merging = threading.Lock()


def prepare(version: FunctionVersion) -> None:
    """Has LocalStack unpack the code and the layers; quick if it has done so before."""
    runtime = version.config.runtime or "a container image"
    if not runtime.startswith("nodejs"):
        raise ValueError(
            f"{version.id.function_name} needs {runtime}; here functions run as Node processes, so only nodejs24.x works"
        )
    for part in [version.config.code, *(layer.code for layer in version.config.layers or [])]:
        part.prepare_for_execution()


def task_root(version: FunctionVersion) -> Path:
    return Path(version.config.code.get_unzipped_code_location()).resolve()


def opt_root(version: FunctionVersion) -> Path | None:
    """The folder that stands for /opt: all layers, later ones over earlier ones. None without layers."""
    layers = [str(layer.code.get_unzipped_code_location()) for layer in version.config.layers or []]
    if not layers:
        return None
    if len(layers) == 1:
        return Path(layers[0]).resolve()
    merged = Path(tempfile.gettempdir()) / "lambda-opt" / hashlib.sha256("\n".join(layers).encode()).hexdigest()[:16]
    with _merging:
        if not merged.exists():
            merged.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=merged.parent) as building:
                for layer in layers:
                    _lay_over(layer, building)
                os.rename(building, merged)
                os.mkdir(building)  # for TemporaryDirectory to remove
    return merged.resolve()


def _lay_over(layer: str, target: str) -> None:
    def link(source: str, destination: str) -> None:
        if os.path.lexists(destination):
            os.unlink(destination)
        os.link(source, destination)

    shutil.copytree(layer, target, copy_function=link, symlinks=True, dirs_exist_ok=True)
