"""Reads a configuration completely, or raises with every fault; the one way in from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from daypass.adapters.yaml import convert
from daypass.adapters.yaml.checks import Checked, check
from daypass.adapters.yaml.faults import Faults
from daypass.adapters.yaml.shape import shaped
from daypass.adapters.yaml.source import parse
from daypass.adapters.yaml.warnings import warnings
from daypass.domain.access import ClusterAccess
from daypass.domain.addresses import Proxies
from daypass.domain.catalog import Catalog
from daypass.domain.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The rules, the ways to the clusters, and what is allowed but probably not meant."""

    catalog: Catalog
    access: Mapping[str, ClusterAccess]
    warnings: tuple[str, ...] = ()

    def ways(self, proxies: Proxies) -> Mapping[str, ClusterAccess]:
        """Return the ways to the clusters from where these proxies are."""
        return {name: replace(access, proxies=proxies) for name, access in self.access.items()}


def load(path: Path) -> Configuration:
    """Read a file; ConfigurationError holds every fault, each with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(
            [f"{path}: cannot be read ({error.strerror}); name a readable file"]
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{path}: is not UTF-8 text; save it as UTF-8"]) from error
    return read(text, str(path), path.parent)


def read(text: str, name: str = "daypass.yaml", folder: Path = Path()) -> Configuration:
    """Read a text; `name` is in every fault, relative paths are seen from `folder`."""
    source = parse(text)
    faults = Faults(name, source)
    document, lost = shaped(source, faults)
    if document is not None:
        check(Checked(document=document, data=source.data, lost=lost, faults=faults))
    if faults or document is None:
        raise ConfigurationError(faults.listed())
    catalog = convert.catalog(document)
    return Configuration(
        catalog=catalog,
        access={name: convert.access(one, folder) for name, one in document.clusters.items()},
        warnings=warnings(catalog, faults),
    )
