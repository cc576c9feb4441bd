from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.tree import ROOT


def declared() -> list[Requirement]:
    """Everything pyproject.toml asks for, the dev extra included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]


def pins(name: str) -> dict[str, Version]:
    """The `name==version` lines of a requirements file, by normalised name."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==([^\s#]+)", text, re.MULTILINE)
    return {canonicalize_name(package): Version(version) for package, version in found}


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_every_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    pinned = pins("constraints.txt")
    name = canonicalize_name(requirement.name)
    assert name in pinned, "run `make constraints`"
    assert requirement.specifier.contains(pinned[name])


@pytest.mark.parametrize("source", ["constraints.in", "requirements-test-models.txt"])
def test_what_is_fixed_by_hand_is_in_the_constraints(source: str) -> None:
    fixed = pins(source)
    assert fixed
    assert fixed.items() <= pins("constraints.txt").items()


def test_no_pin_names_a_local_build() -> None:
    assert {name: version for name, version in pins("constraints.txt").items() if version.local} == {}
