"""sbom.py RESULT: writes the list of the project's components in CycloneDX format (JSON), for `make sbom`.

The components are the packages that the project pins (third_party.py) and its own networks. A component that users
receive is required; one of build, tests and training is excluded.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from third_party import PROJECT, Package, pinned_packages

SCHEMA = SchemaVersion.V1_6
ALGORITHMS = {"sha256": HashAlgorithm.SHA_256, "sha512": HashAlgorithm.SHA_512}
NO_SERIAL = uuid.UUID(int=0)


def component_of(package: Package) -> Component:
    namespace, _, name = package.name.rpartition("/")
    if package.kind == "deb":
        namespace = "debian"
    licenses = [LicenseFactory().make_from_string(package.license)] if package.license else []
    return Component(
        name=name,
        group=namespace or None,
        version=package.version,
        type=ComponentType.LIBRARY,
        scope=ComponentScope.REQUIRED if package.shipped else ComponentScope.EXCLUDED,
        hashes=[HashType(alg=ALGORITHMS[algorithm], content=content) for algorithm, content in sorted(package.hashes)],
        licenses=licenses,
        purl=PackageURL(package.kind, namespace or None, name, package.version),
        bom_ref=f"{package.kind}:{package.name}@{package.version or ''}",
    )


def network_component(path: Path) -> Component:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Component(
        name=path.stem,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        scope=ComponentScope.REQUIRED,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
        bom_ref=f"network:{path.stem}",
    )


def project_component() -> Component:
    version = re.search(r"^project\(\S+ VERSION (\S+)", (PROJECT / "CMakeLists.txt").read_text(), re.MULTILINE)
    if not version:
        raise ValueError("CMakeLists.txt: no version")
    return Component(
        name="portrait-depth",
        version=version[1],
        type=ComponentType.APPLICATION,
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
        bom_ref="portrait-depth",
    )


def bill_of_materials() -> str:
    bom = Bom()
    bom.metadata.component = project_component()
    components = [component_of(package) for package in pinned_packages()]
    components += [network_component(path) for path in sorted((PROJECT / "models").glob("*.onnx"))]
    for component in components:
        bom.components.add(component)
    bom.register_dependency(bom.metadata.component, components)
    bom.metadata.timestamp = made_at()
    bom.serial_number = NO_SERIAL
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, text_of(bom))
    return text_of(bom)


def made_at() -> datetime:
    """The time of the release's commit (https://reproducible-builds.org/specs/source-date-epoch/), or now."""
    return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), tz=UTC)


def text_of(bom: Bom) -> str:
    return make_outputter(bom, OutputFormat.JSON, SCHEMA).output_as_string(indent=2)


if __name__ == "__main__":
    result = Path(sys.argv[1])
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(bill_of_materials() + "\n")
