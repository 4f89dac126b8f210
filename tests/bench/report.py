"""What was measured, as a table for the terminal, as JSON and as Markdown, and what the machine is."""
import json
import os
import platform
import statistics
import time


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "?")
    libc = " ".join(platform.libc_ver())
    return "%s, %d processors, Linux %s, %s, %s" % (model, os.cpu_count(), platform.release(), libc, time.strftime("%Y-%m-%d"))


def spread(values):
    """Median and quartiles; None where there are too few."""
    if len(values) < 2:
        return None
    quartiles = statistics.quantiles(values, n=4)
    return {"median": statistics.median(values), "lower": quartiles[0], "upper": quartiles[2]}


def ratios(rounds, name, reference):
    """Of the rounds in which both ran."""
    return spread([times[name] / times[reference] for times in rounds if name in times and reference in times])


def is_shim(name):
    return name.startswith("cloneshim")


def summary(rounds, names, failures):
    """One workload: for each variant its ratios, or why there are none. A round is the nanoseconds of those that ran in it."""
    results = {}
    for name in names:
        times = [taken[name] for taken in rounds if name in taken]
        to_bare = ratios(rounds, name, "bare")
        if name in failures or to_bare is None:
            results[name] = {"failure": failures.get(name, "too few rounds")}
            continue
        results[name] = {"to_bare": to_bare, "to_empty": ratios(rounds, name, "empty preload") if is_shim(name) else None,
                         "median_ns": statistics.median(times), "rounds": len(times)}
    return results


def duration(ns):
    """Three digits, for people."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return ("%.0f %s" if ns >= 100 * size else "%.3g %s") % (ns / size, unit)
    return "%.0f ns" % ns


def bare_of(row):
    return duration(row["bare"]["median_ns"]) if "median_ns" in row["bare"] else "?"


def cell(ratio):
    return "%6.3f [%.3f %.3f]" % (ratio["median"], ratio["lower"], ratio["upper"]) if ratio else ""


def show(workload, row):
    """To the terminal."""
    width = max(len(name) for name in row)
    print("\n%s: %s bare" % (workload, bare_of(row)))
    print("  %-*s  %-22s  %-22s  %s" % (width, "", "to bare", "to empty", "rounds"))
    for name, figures in row.items():
        if "failure" in figures:
            print("  %-*s  %s" % (width, name, figures["failure"]))
        elif name != "bare":
            print("  %-*s  %-22s  %-22s  %6d" % (width, name, cell(figures["to_bare"]),
                                                cell(figures["to_empty"]), figures["rounds"]), flush=True)


def markdown(results, names, missing):
    """A row a workload, a column a variant: medians of the ratios to bare; of the recording shim to the empty preload as well."""
    names = [name for name in names if name != "bare"]

    def median(row, name, kind):
        ratio = row[name].get(kind) if name in row else None
        return "%.2f" % ratio["median"] if ratio and ratio["median"] < 10 else "%.1f" % ratio["median"] if ratio else "–"

    columns = [(name, name, "to_bare") for name in names]
    for place, (_, name, _) in reversed(list(enumerate(columns))):
        if name == "cloneshim, trace" and "empty preload" in names:
            columns.insert(place + 1, ("… to the empty preload", name, "to_empty"))
    lines = [machine(), "",
             "| workload | bare | " + " | ".join(title for title, _, _ in columns) + " |",
             "| --- | --- | " + " | ".join("---" for _ in columns) + " |"]
    for workload, row in results.items():
        lines.append("| %s | %s | %s |" % (workload, bare_of(row), " | ".join(median(row, name, kind) for _, name, kind in columns)))
    notes = ["Missing: %s: %s." % item for item in missing.items()]
    notes += ["Failed: %s, %s: %s." % (workload, name, row[name]["failure"])
              for workload, row in results.items() for name in row if "failure" in row[name]]
    if notes:
        lines += [""] + ["* " + note for note in notes]
    return "\n".join(lines) + "\n"


def as_json(**members):
    return json.dumps(dict(machine=machine(), **members), indent=1, ensure_ascii=False) + "\n"


def write(path, text):
    """To a file, or with - to standard output, if it is wanted at all."""
    if path == "-":
        print("\n" + text, end="")
    elif path:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
