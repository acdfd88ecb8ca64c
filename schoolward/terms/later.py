"""Heavy libraries that load when something of theirs is first used, not when a module first names them."""

from __future__ import annotations

import importlib
import sys
import threading
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

_STEPPING_ASIDE = threading.Lock()


class _Later(ModuleType):
    """Stands in for a library; the first thing asked of it loads the library and makes it as good as that."""

    def __getattr__(self, name: str) -> Any:
        # threads that ask at once wait for one load by the import system's own locks
        with _STEPPING_ASIDE:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        library = importlib.import_module(self.__name__)
        self.__dict__.update(library.__dict__)
        return getattr(library, name)


def load_when_used(*names: str) -> None:
    """Makes `import NAME` cheap from now on in this process, until the library is used."""
    for name in names:
        spec = None if name in sys.modules else find_spec(name)
        if spec is not None:
            module = module_from_spec(spec)
            module.__class__ = _Later
            # without a path a part of it, such as numpy.linalg, asks for the whole before it loads
            module.__dict__.pop("__path__", None)
            sys.modules[name] = module
