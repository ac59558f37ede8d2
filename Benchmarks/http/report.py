"""The figures as Markdown."""
import datetime, math, os, re, subprocess
from statistics import median
from servers import BARE, ELBO, PEERS, PYTORCH, QUIET, SUSPENDING, UNBATCHED


def rate(figures): return median(f.rate for f in figures)


def quotient(x, y):
    """A number also where a server on a busy machine has answered nothing in a load."""
    return max(x, 0.1) / max(y, 0.1)


def ratio(ours, theirs):
    """Of medians, with the smallest and largest of one round: `2.31 (2.20…2.40)`."""
    each = [quotient(u.rate, v.rate) for u, v in zip(ours, theirs)]
    return f"{quotient(rate(ours), rate(theirs)):.2f} ({min(each):.2f}…{max(each):.2f})"


def table(head, rows):
    print(f"\n| {' | '.join(head)} |\n|---{'|--:' * (len(head) - 1)}|")
    for row in rows: print(f"| {' | '.join(row)} |")


def number(value): return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"


def verdict(good): return "yes" if good else "no"


def command(a):
    told = [f"--{name} {getattr(a, name)}" for name in ("only", "servers", "rounds", "seconds", "tries") if getattr(a, name)]
    return " ".join(["compare.py --models FOLDER", *told])


def head(a, figures):
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())[1]
    version = subprocess.run([a.elbo, "--version"], text=True, stdout=subprocess.PIPE).stdout.strip()
    listed = "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in ('fastapi', 'granian', 'onnxruntime', " \
             "'orjson', 'pysimdjson', 'torch', 'uvicorn')))"
    peers = subprocess.run([a.python, "-c", listed], text=True, stdout=subprocess.PIPE).stdout.strip()
    print(f"# HTTP\n\n{cpu}, cores {a.cores} of {os.cpu_count()}, Linux {os.uname().release}, {datetime.date.today()}. "
          f"Elbo {version}; {peers}.\n\n    {command(a)}")
    foreign = [f.foreign for cell in figures.values() for every in cell.values() for f in every]
    if foreign: print(f"\nBusy with what was neither server nor client: {100 * median(foreign):.0f} % of the machine in the median "
                      f"load, {100 * max(foreign):.0f} % in the worst.")


def best_peer(cell): return max((name for name in PEERS if name in cell), key=lambda name: rate(cell[name]), default=None)


def summary(figures):
    rows = []
    for cell, found in figures.items():
        best = best_peer(found)
        if not best or QUIET not in found: continue
        ours, theirs = found[QUIET], found[best]
        cpu = median(f.cpu for f in theirs) / max(1e-9, median(f.cpu for f in ours))
        rows.append([str(cell), number(rate(ours)), f"{number(rate(theirs))} {best}", ratio(ours, theirs), f"{cell.wanted:g}",
                     verdict(rate(ours) >= cell.wanted * rate(theirs)), ratio(found[ELBO], theirs) if ELBO in found else "–",
                     f"{cpu:.1f}"])
    if rows:
        print("\n## Elbo without request log beside the best peer")
        table(["cell", "requests/s", "best peer", "ratio (rounds)", "wanted", "reached", "ratio with log", "CPU: peer / Elbo"], rows)


def ratios_to(figures, name, cells):
    return [(cell, found) for cell, found in figures.items() if QUIET in found and name in found and cells(cell)]


def conclusions(figures):
    print()
    for name, wanted in ((SUSPENDING, " that suspends and resumes (wanted 0.7)"), (BARE, " that answers at once")):
        for cell, found in ratios_to(figures, name, lambda cell: cell.work == "W1"):
            print(f"- {cell}: {ratio(found[QUIET], found[name])} of libmicrohttpd alone{wanted}")
    against = ratios_to(figures, PYTORCH, lambda cell: True)
    if against:
        logarithms = [math.log(quotient(rate(found[QUIET]), rate(found[PYTORCH]))) for _, found in against]
        print(f"- {math.exp(sum(logarithms) / len(logarithms)):.1f} × FastAPI + PyTorch, the geometric mean of {len(against)} cells (wanted 10)")
    for cell, found in ratios_to(figures, QUIET, lambda cell: cell.concurrency == 16):
        p50, p99 = (median(getattr(f, name) for f in found[QUIET]) for name in ("p50", "p99"))
        print(f"- {cell}: p99 is {p99 / max(p50, 0.001):.1f} × p50 (wanted: at most 5)")
    for cell, found in ratios_to(figures, UNBATCHED, lambda cell: cell.concurrency in (1, 64)):
        wanted = "at least 0.95" if cell.concurrency == 1 else "at least 1.5"
        print(f"- {cell}: {ratio(found[QUIET], found[UNBATCHED])} × batching off (wanted: {wanted})")
    errors = sum(f.errors for cell in figures.values() for name in (ELBO, QUIET, UNBATCHED) for f in cell.get(name, []))
    print(f"- {errors} errors of Elbo in all cells (wanted 0)")


def details(figures):
    for cell, found in figures.items():
        print(f"\n### {cell}: {cell.operation}, model {cell.model}, {cell.rows} record{'s' if cell.rows > 1 else ''} a request, "
              f"concurrency {cell.concurrency}")
        rows = []
        for name, every in found.items():
            middle = lambda field: median(getattr(f, field) for f in every)
            rows.append([name, number(rate(every)), number(rate(every) * cell.rows), f"{middle('p50'):.3f}", f"{middle('p99'):.3f}",
                         f"{middle('cpu'):.3f}", str(sum(f.errors for f in every)),
                         ratio(found[QUIET], every) if QUIET in found and name != QUIET else ""])
        table(["server", "requests/s", "records/s", "p50 ms", "p99 ms", "CPU s / 1,000", "errors", "Elbo without log : this"], rows)


def memory(found):
    if not found: return
    print("\n## Start and memory, models A and B")
    rows = []
    for name, every in found.items():
        ready, idle, peak = zip(*every)
        rows.append([name, f"{median(ready):.3f}", f"{max(ready):.3f}", *(f"{median(kind):.0f}" for kind in zip(*idle)), f"{max(peak):.0f}"])
    table(["server", "first answer s", "slowest", "RSS MiB idle", "PSS", "most RSS MiB under W2c64"], rows)
    print("\nWanted of Elbo: 0.2 s, 60 and 150 MiB. RSS is summed over processes; PSS counts what they share once.")


def report(a, figures, found):
    head(a, figures)
    summary(figures)
    if figures: conclusions(figures)
    memory(found)
    if figures:
        print("\n## Every server")
        details(figures)
