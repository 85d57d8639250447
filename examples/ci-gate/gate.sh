#!/bin/sh
# Runs the benchmark beside this file, and ends with 1 if an assertion does not hold.
# In place of the simulated models, name your own in benchmark.json and set their keys.
set -eu

# The executable, or another way to start it such as "npx -y bun src/main.ts".
BENCH=${BENCH:-llm-test-bench}
# A folder that the job may throw away. No server has to run: the command is one itself until the benchmark has ended.
DATA_DIR=${DATA_DIR:-$(mktemp -d)}
export DATA_DIR

exec $BENCH run "$(dirname "$0")/${1:-benchmark.json}" --wait
