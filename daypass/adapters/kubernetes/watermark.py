"""The watermark as a ConfigMap that `daypass rbac` makes empty and the worker fills. Pure.

One key with versioned JSON, as in the store: `{"v":1,…}`.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from daypass.adapters.kubernetes.static import NAMESPACE
from daypass.domain.epoch import Watermark

Manifest = Mapping[str, Any]

CONFIG_MAPS: Final = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
KEY: Final = "watermark"
VERSION: Final = 1
"""Of the layout of the ConfigMap; another one is not read."""
_ADAPTER: Final = TypeAdapter(Watermark)
_HEAD: Final = f'{{"v":{VERSION},'


def watermark_name(install: str) -> str:
    """Name the ConfigMap of an install."""
    return f"daypass-watermark-{install}"


def watermark_path(install: str) -> str:
    """Return the path of the ConfigMap of an install."""
    return f"{CONFIG_MAPS}/{watermark_name(install)}"


def marking(mark: Watermark) -> Manifest:
    """Write a merge patch that leaves whatever else is there alone."""
    text = _HEAD + _ADAPTER.dump_json(mark).decode()[1:]
    return {"data": {KEY: text}}


def marked(config_map: Manifest) -> Watermark | None:
    """Read it; None where nothing is written, or nothing that we can read.

    Both mean the same: the cluster knows of no store, and is reconciled before anything is granted.
    """
    text = str((config_map.get("data") or {}).get(KEY, ""))
    if not text.startswith(_HEAD):
        return None
    try:
        return _ADAPTER.validate_json("{" + text[len(_HEAD) :])
    except ValidationError:
        return None
