#!/usr/bin/env python3
"""Checks the dashboard: its form, each of its queries with promtool, and with a URL that each finds something.

    python3 deploy/grafana/check.py                          # form and syntax; needs promtool (Debian: prometheus)
    python3 deploy/grafana/check.py http://127.0.0.1:9090    # also asks this Prometheus
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

# What Grafana would put there.
VARIABLES = {"$__rate_interval": "1m", "$job": ".+", "$instance": ".+", "$model": ".+"}


def queries(dashboard):
    """(panel's title, query) of each target, and the faults of the form."""
    found, faults, identifiers = [], [], set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if panel["id"] in identifiers:
            faults.append(f"{panel['title']}: its id is another panel's too")
        identifiers.add(panel["id"])
        if place["x"] + place["w"] > 24:
            faults.append(f"{panel['title']}: wider than the page")
        if panel["type"] != "row" and not panel["targets"]:
            faults.append(f"{panel['title']}: asks nothing")
        for target in panel.get("targets", []):
            expression = target["expr"]
            for name, value in VARIABLES.items():
                expression = expression.replace(name, value)
            # "$1" is label_replace's own.
            if "$" in expression.replace('"$1"', ""):
                faults.append(f"{panel['title']}: a variable that there is not: {expression}")
            found.append((panel["title"], expression))
    return found, faults


def check_syntax(found):
    rules = [{"record": f"panel:{i}", "expr": expression} for i, (_, expression) in enumerate(found)]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        # JSON is YAML.
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
        file.flush()
        return subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)


def answer(base, expression):
    url = f"{base}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(url, timeout=10) as response:
        series = json.load(response)["data"]["result"]
    # A quantile of nothing is NaN.
    return [one for one in series if one["value"][1] != "NaN"]


def main(base=None):
    dashboard = json.loads((pathlib.Path(__file__).parent / "dashboard.json").read_text())
    found, faults = queries(dashboard)
    syntax = check_syntax(found)
    if syntax.returncode:
        faults.append(syntax.stdout + syntax.stderr)
    empty = [title for title, expression in found if base and not answer(base, expression)]
    print(*faults, *(f"{title}: finds nothing" for title in empty), sep="\n", end="\n" if faults or empty else "")
    print(f"{len(found)} queries, {len(faults)} faults, {len(empty)} empty" + ("" if base else " (not asked)"))
    return 1 if faults or empty else 0


sys.exit(main(*sys.argv[1:]))
