#!/usr/bin/env python3
"""Scores records on a Spark cluster: each partition flows through an `elbo score` of its own.

    spark-submit score.py --program /usr/local/bin/elbo --model /models/fraud INPUT OUTPUT

INPUT is NDJSON (a folder, a file or a pattern, on any storage that Spark reads), OUTPUT a folder for NDJSON: line i of
part n is the answer to line i of partition n, so all parts in order are what one process would write. The program and the
model must lie at the same place on every worker; `--files` and `--archives` of spark-submit bring them there, or the image does.
"""

import argparse
import shlex

from pyspark import SparkConf, SparkContext


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="/usr/local/bin/elbo")
    parser.add_argument("--model", required=True)
    parser.add_argument("--partitions", type=int, help="at least so many (default: as Spark cuts the input)")
    parser.add_argument("--options", default="", help="further options of `elbo score`, such as '--contributions'")
    parser.add_argument("input")
    parser.add_argument("output")
    return parser.parse_args()


def files(context, name):
    """The input's files in the order of their names: a folder is listed in any order by some storages."""
    hadoop = context._jvm.org.apache.hadoop.fs
    path = hadoop.Path(name)
    storage = path.getFileSystem(context._jsc.hadoopConfiguration())
    if storage.isDirectory(path):
        path = hadoop.Path(path, "*")
    found = [one.getPath() for one in storage.globStatus(path) or [] if one.isFile()]
    names = sorted(one.toString() for one in found if one.getName()[0] not in "_.")
    if not names:
        raise SystemExit(f"no file: {name}")
    return ",".join(names)


def main():
    asked = arguments()
    # The program by its whole path: what Spark pipes through has no PATH.
    command = [asked.program, "score", asked.model, "-", "--input-format", "ndjson", "--format", "ndjson"]
    command += shlex.split(asked.options)
    context = SparkContext(conf=SparkConf().setAppName(f"elbo score {asked.model}"))
    lines = context.textFile(files(context, asked.input), asked.partitions)
    # checkCode: a record that cannot be read fails the task, as it fails the command; or say --options '--on-error skip'.
    scores = lines.pipe(" ".join(map(shlex.quote, command)), checkCode=True)
    scores.saveAsTextFile(asked.output)
    context.stop()


main()
