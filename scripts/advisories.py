"""advisories.py [--service ADDRESS]: known vulnerabilities of the pinned packages, for `make advisories`.

Asks a service with the interface of OSV (https://google.github.io/osv.dev/post-v1-querybatch/) for all packages of PyPI
and npm with their exact versions. Debian's packages get their fixes from apt. Exit status: 0 without advisories, 1 with
advisories, 2 if the service gave no usable answer.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.request
from typing import Any

from packageurl import PackageURL
from third_party import Package, pinned_packages

SERVICE = "https://api.osv.dev"
LARGEST_BATCH = 1000
TIMEOUT_SECONDS = 30


class NoAnswerError(Exception):
    pass


def query(package: Package) -> dict[str, Any]:
    namespace, _, name = package.name.rpartition("/")
    return {"package": {"purl": PackageURL(package.kind, namespace or None, name, package.version).to_string()}}


def ask(service: str, packages: list[Package]) -> list[list[str]]:
    """The identifiers of each package's advisories, in the order of the packages."""
    body = json.dumps({"queries": [query(package) for package in packages]}).encode()
    request = urllib.request.Request(f"{service}/v1/querybatch", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            results = json.load(answer)["results"]
        found = [[advisory["id"] for advisory in result.get("vulns", [])] for result in results]
    except OSError as error:
        raise NoAnswerError(f"cannot be reached: {getattr(error, 'reason', error)}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NoAnswerError(f"gave an answer of another form: {error}") from error
    if len(found) != len(packages):
        raise NoAnswerError(f"answered for {len(found)} of {len(packages)} packages")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--service", default=SERVICE, help=f"address of the advisory service (default: {SERVICE})")
    service = parser.parse_args().service.rstrip("/")
    packages = [package for package in pinned_packages() if package.kind in {"npm", "pypi"}]
    found: list[list[str]] = []
    try:
        for start in range(0, len(packages), LARGEST_BATCH):
            found += ask(service, packages[start : start + LARGEST_BATCH])
    except NoAnswerError as error:
        print(f"advisories: {service}: {error}. Nothing was checked; try again with a network.", file=sys.stderr)
        return 2
    for package, advisories in zip(packages, found, strict=True):
        for advisory in advisories:
            use = "shipped" if package.shipped else "not shipped"
            print(f"{package.kind} {package.name} {package.version} ({use}): {advisory}")
    affected = sum(map(bool, found))
    print(f"advisories: {affected} of {len(packages)} pinned packages have advisories")
    return 1 if affected else 0


if __name__ == "__main__":
    sys.exit(main())
