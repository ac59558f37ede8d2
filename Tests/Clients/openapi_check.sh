#!/bin/bash
# Checks that /openapi.json is OpenAPI and that a running server does what it says, with tools from PyPI:
#     python3 -m venv venv && venv/bin/pip install openapi-spec-validator schemathesis
#     elbo serve --no-manage --port 8080 &
#     PATH=$PWD/venv/bin:$PATH Tests/Clients/openapi_check.sh http://127.0.0.1:8080 [more options of schemathesis]
# --no-manage, since the check would unload the models.
set -euo pipefail
cd "$(dirname "$0")"
url=${1:-http://127.0.0.1:8080}
document=$(mktemp --suffix .json)
trap 'rm -f "$document"' EXIT
curl -fsS "$url/openapi.json" >"$document"
openapi-spec-validator "$document"
export PYTHONPATH=$PWD SCHEMATHESIS_HOOKS=openapi_hooks
schemathesis --config-file schemathesis.toml run "$url/openapi.json" --checks all --seed 1 --max-examples 20 \
    --request-timeout 60 --continue-on-failure "${@:2}"
