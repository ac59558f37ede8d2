#!/usr/bin/env python3
"""Reloads a model under load, alternating between two versions, and tells whether anybody noticed.

    reload.py [--elbo .build/release/elbo] [--data Tests/Fixtures/breast-cancer/benign-train.csv] [--reloads 200] [--by load|signal|watch]

Trains two small models, serves one, and puts them in turn in its place, while wrk scores a record without pause. Every answer must be
a 200 with the very bytes that the version it names gives when nothing changes. Prints requests, failures, and the resident memory
after 10 and after all reloads; the exit status tells whether all was well. Needs Python and wrk.
"""
import argparse
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent


def post(url, body=b""):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def resident_kib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def put(version, place):
    """Copies beside and exchanges, as a careful deployment does."""
    beside = place.with_name(".next")
    shutil.copytree(version, beside)
    old = place.with_name(".old")
    if place.exists():
        os.rename(place, old)
    os.rename(beside, place)
    shutil.rmtree(old, ignore_errors=True)


def reload(url, process, by, version):
    if by == "load":
        post(f"{url}/v2/repository/models/m/load")
    elif by == "signal":
        process.send_signal(signal.SIGHUP)
    for _ in range(6_000):
        if f'"version":"{version}"' in urllib.request.urlopen(f"{url}/v1/models", timeout=60).read().decode():
            return
        time.sleep(0.005)
    sys.exit(f"version {version} never came")


parser = argparse.ArgumentParser()
parser.add_argument("--elbo", default=".build/release/elbo")
parser.add_argument("--data", default="Tests/Fixtures/breast-cancer/benign-train.csv")
parser.add_argument("--reloads", type=int, default=200)
parser.add_argument("--by", choices=["load", "signal", "watch"], default="load")
parser.add_argument("--port", type=int, default=18_391)
arguments = parser.parse_args()

work = pathlib.Path(tempfile.mkdtemp())
versions = [work / "1", work / "2"]
for version in versions:
    subprocess.run(
        [arguments.elbo, "train", arguments.data, "--model-version", version.name, "--seed", version.name, "--epochs", "3",
         "--output", str(version)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
place = work / "models" / "m"
place.parent.mkdir()
put(versions[0], place)

command = [arguments.elbo, "serve", "--models", str(place.parent), "--port", str(arguments.port)]
if arguments.by == "watch":
    command.append("--watch")
log = open(work / "log", "w")
server = subprocess.Popen(command, stderr=log)
url = f"http://127.0.0.1:{arguments.port}"
for _ in range(500):
    try:
        urllib.request.urlopen(f"{url}/readyz", timeout=5)
        break
    except OSError:
        time.sleep(0.02)

try:
    with open(arguments.data) as rows:
        record = next(csv.DictReader(rows))
    body = json.dumps({"records": [{column: float(cell) for column, cell in record.items()}]})
    (work / "body").write_text(body)
    for number, version in [("2", versions[1]), ("1", versions[0])]:
        put(version, place)
        reload(url, server, arguments.by, number)
        (work / f"answer-{number}").write_text(post(f"{url}/v1/models/m/score", body.encode()))

    environment = {**os.environ, "FOLDER": str(work)}
    load = subprocess.Popen(
        ["wrk", "-t1", "-c16", "-d3600s", "--timeout", "30s", "-s", str(HERE / "check.lua"), f"{url}/v1/models/m/score"],
        env=environment, stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    memory = {}
    start = time.time()
    for count in range(1, arguments.reloads + 1):
        version = versions[count % 2]
        put(version, place)
        reload(url, server, arguments.by, version.name)
        if count in (10, arguments.reloads):
            time.sleep(1)
            memory[count] = resident_kib(server)
    seconds = time.time() - start
    time.sleep(1)
    load.send_signal(signal.SIGINT)
    report = load.communicate(timeout=60)[0]
finally:
    server.send_signal(signal.SIGTERM)
    status = server.wait(timeout=60)

print(report)
found = dict(re.findall(r"^(\w+): (\d+)$", report, re.M))
growth = memory[arguments.reloads] / memory[min(memory)]
print(f"{arguments.reloads} reloads in {seconds:.0f} s; resident {memory[min(memory)]:,} KiB after {min(memory)}, "
      f"{memory[arguments.reloads]:,} KiB after all: {growth:.3f}; exit status {status}")
shutil.rmtree(work)
well = found["failed"] == found["wrong"] == "0" and int(found["answers_of_1"]) and int(found["answers_of_2"]) and growth <= 1.05
sys.exit(0 if well and status == 0 else 1)
