#!/bin/bash
# Proves that Spark gives what one process gives, to the byte: scores the same records with `elbo score` alone and with score.py on
# two workers (processes of their own, as on a cluster), from one file and from a folder of uneven ones.
#
#   deploy/spark/prove.sh PROGRAM MODEL [ROWS]
#
# Needs spark-submit (PyPI: pyspark) in the path, and a Java runtime (Debian: openjdk-17-jre-headless).
set -euo pipefail

here=$(dirname "$(realpath "$0")")
program=$(realpath "$1") model=$(realpath "$2") rows=${3:-100000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seconds() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(seconds)" 'BEGIN { printf "%.1f s", b - a }'; }

# Two workers of one core and one GiB each, reached through this machine's own address only.
export SPARK_LOCAL_IP=127.0.0.1
score() {
    spark-submit --master 'local-cluster[2,1,1024]' --conf spark.ui.enabled=false --conf spark.executor.memory=1g \
        "$here/score.py" "$@"
}

# Records of the model's own making, unwrapped, one a line.
"$program" sample "$model" --count "$rows" --seed 7 --format ndjson 2>/dev/null \
    | sed 's/^{"sample"://; s/}$//' >"$work/records.ndjson"
mkdir "$work/folder"
head -n 10 "$work/records.ndjson" >"$work/folder/a.ndjson"
: >"$work/folder/b.ndjson"
tail -n +11 "$work/records.ndjson" >"$work/folder/c.ndjson"

begin=$(seconds)
"$program" score "$model" "$work/records.ndjson" --format ndjson >"$work/alone.ndjson" 2>"$work/log"
echo "alone: $(wc -l <"$work/alone.ndjson") answers in $(since "$begin")"

failed=0
for input in records.ndjson folder; do
    begin=$(seconds)
    score --program "$program" --model "$model" --partitions 8 "$work/$input" "$work/$input.scores" \
        >"$work/log" 2>&1 || { tail -n 20 "$work/log"; exit 1; }
    cat "$work/$input.scores"/part-* >"$work/spark.ndjson"
    parts=$(find "$work/$input.scores" -name 'part-*' | wc -l)
    if cmp "$work/alone.ndjson" "$work/spark.ndjson"; then
        echo "ok    $input: the same $(wc -c <"$work/spark.ndjson") bytes from $parts partitions in $(since "$begin")," \
            "sha256 $(sha256sum <"$work/spark.ndjson" | cut -c 1-16)…"
    else
        failed=1
        echo "FAIL  $input"
    fi
done

# A record that cannot be read fails the job, as it fails the command.
{ head -n 3 "$work/records.ndjson"; echo '{"nonsense":1}'; } >"$work/bad.ndjson"
if score --program "$program" --model "$model" "$work/bad.ndjson" "$work/bad.scores" >"$work/log" 2>&1; then
    failed=1
    echo "FAIL  a bad record went unnoticed"
else
    echo "ok    a bad record fails the job"
fi
exit "$failed"
