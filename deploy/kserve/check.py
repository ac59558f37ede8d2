#!/usr/bin/env python3
"""Checks manifests of KServe against the types that KServe's own client library was generated with.

    pip install --no-deps kserve==0.21.0 && pip install kubernetes==33.1.0
    python3 deploy/kserve/check.py deploy/kserve/*.yaml

An unknown field, a value of another type and a field that is required but absent are faults. Only the generated types of the
library are loaded, so that nothing of what serves models has to be installed.
"""

import importlib
import importlib.util
import inspect
import pathlib
import re
import sys
import types

import yaml

SCALARS = {"str": str, "int": int, "bool": bool, "float": (int, float)}


def models():
    """The modules with the types, without what importing `kserve` itself would bring along."""
    place = pathlib.Path(importlib.util.find_spec("kserve").submodule_search_locations[0])
    for name, folder in (("kserve", place), ("kserve.models", place / "models")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    found = dict(vars(importlib.import_module("kubernetes.client.models")))
    for file in (place / "models").glob("v1*.py"):
        module = importlib.import_module(f"kserve.models.{file.stem}")
        found |= {name: one for name, one in vars(module).items() if hasattr(one, "openapi_types")}
    return found


def required(kind):
    """The fields whose setter refuses None."""
    setters = ((name, getattr(kind, name).fset) for name in kind.attribute_map)
    return [kind.attribute_map[name] for name, setter in setters if "must not be `None`" in inspect.getsource(setter)]


def faults(value, kind, path, known):
    if inner := re.fullmatch(r"list\[(.*)\]", kind):
        if not isinstance(value, list):
            return [f"{path}: expected a list, got {value!r}"]
        return [fault for i, one in enumerate(value) for fault in faults(one, inner[1], f"{path}[{i}]", known)]
    if inner := re.fullmatch(r"dict(?:\(|\[)str, (.*)(?:\)|\])", kind):
        if not isinstance(value, dict):
            return [f"{path}: expected a mapping, got {value!r}"]
        return [fault for key, one in value.items() for fault in faults(one, inner[1], f"{path}.{key}", known)]
    if kind in SCALARS:
        fits = isinstance(value, SCALARS[kind]) and (kind == "bool" or not isinstance(value, bool))
        return [] if fits else [f"{path}: expected {kind}, got {value!r}"]
    if kind in known:
        return faults_of_object(value, known[kind], path, known)
    # What has no type of its own there: a quantity, or a number or a name.
    return [] if isinstance(value, (str, int, float)) else [f"{path}: expected {kind}, got {value!r}"]


def faults_of_object(value, kind, path, known):
    if not isinstance(value, dict):
        return [f"{path}: expected a mapping, got {value!r}"]
    types_of = {key: kind.openapi_types[name] for name, key in kind.attribute_map.items()}
    found = [f"{path}.{key}: is required" for key in required(kind) if key not in value]
    for key, one in value.items():
        if key in types_of:
            found += faults(one, types_of[key], f"{path}.{key}", known)
        else:
            found.append(f"{path}.{key}: unknown field")
    return found


def main(paths):
    known, bad = models(), 0
    for path in paths:
        for document in yaml.safe_load_all(open(path)):
            group, version = document["apiVersion"].split("/")
            assert group == "serving.kserve.io", f"{path}: {group} is not KServe's"
            kind = version[0].upper() + version[1:] + document["kind"]
            found = faults(document, kind, document["kind"], known)
            bad += len(found)
            print(*found or [f"{path}: {document['kind']} fits"], sep="\n")
    return 1 if bad or not paths else 0


sys.exit(main(sys.argv[1:]))
