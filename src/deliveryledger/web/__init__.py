"""The webhook endpoint. Extra ``web``: ``pip install 'deliveryledger[web]'``.

``Receiver`` needs no framework; ``create_app`` makes an ASGI application on Starlette, and
``from_environment`` one that needs nothing but settings.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from ..errors import MissingExtra

if TYPE_CHECKING:
    from .app import create_app
    from .receiver import Answer, Receiver
    from .serving import from_environment

__all__ = ["Answer", "Receiver", "create_app", "from_environment"]

_PLACES: Final = {
    "Answer": "receiver",
    "Receiver": "receiver",
    "create_app": "app",
    "from_environment": "serving",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(name)
    try:
        module = import_module(f".{_PLACES[name]}", __name__)
    except ModuleNotFoundError as missing:
        raise MissingExtra("web", str(missing.name)) from None
    return getattr(module, name)
