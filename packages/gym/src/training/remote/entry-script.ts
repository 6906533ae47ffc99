/**
 * The program of a training sandbox, in bash since that is what every image has. What it needs lies under GYM_DATA, what
 * it makes under GYM_CKPT; both are mounts that outlive the sandbox.
 *
 * It copies all output to the volume, starts the reward server (where there is a reward) and waits for its health, starts
 * Ray, watches for finished checkpoints, submits the training as a Ray job, and ends when the job or the reward server
 * does, or after the checkpoint that follows GYM_STOP_AFTER. What it tells the gym are lines of stdout that begin with
 * `GYM `; its exit code says how the run ended: that of the training, or 70 reward broke, 71 reward server did not start,
 * 72 Ray did not start, 75 the time or the money was used up.
 *
 * Variables: GYM_RUN, GYM_DATA, GYM_CKPT (required); GYM_CKPT_MOUNT, the mount to be flushed (default GYM_CKPT);
 * GYM_REWARD_PORT (8787), GYM_REWARD_FLAGS, GYM_REWARD_HOST (127.0.0.1, in a cluster its head's address), GYM_REWARD_LOG,
 * the file of scored samples (rewards.jsonl); GYM_GPUS (8); GYM_RAY, `cluster` inside a job of a cluster that exists, where
 * Ray is neither started nor stopped, and the URL of the reward, with a token, comes over that in train.sh; GYM_POLL,
 * seconds between looks for checkpoints (5); GYM_START_LIMIT, seconds for the reward server to answer (60);
 * GYM_STOP_AFTER, seconds (none); GYM_LAST_ROLLOUT, whose checkpoint never stops a run.
 */
export const entryScript = `#!/usr/bin/env bash
set -uo pipefail
RUN=\${GYM_RUN:?} D=\${GYM_DATA:?} C=\${GYM_CKPT:?}
RAY=\${GYM_RAY:-own} PORT=\${GYM_REWARD_PORT:-8787} HOST=\${GYM_REWARD_HOST:-127.0.0.1} TOKEN='' POLL=\${GYM_POLL:-5}
if [ "$RAY" = cluster ]; then
  # slime may ask from any node: the server listens where all of them find the head, which runs jobs.
  HEAD=\${RAY_ADDRESS:-127.0.0.1:6379}
  HOST=\${GYM_REWARD_HOST:-\${HEAD%:*}}
  TOKEN=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n')
fi
mkdir -p "$C"
exec > >(tee -a "$C/train.log") 2>&1
TEE=$!

# On a line of its own, even when a progress bar has left half a line behind.
event() { printf '\\nGYM %s\\n' "$1"; }
# On a volume of Modal this publishes what was written; elsewhere it does no harm.
publish() { sync "\${GYM_CKPT_MOUNT:-$C}" 2>/dev/null || true; }

RM='' JOB='' WATCH=''
finish() {
  trap '' TERM INT
  for pid in $JOB $WATCH $RM; do kill "$pid" 2>/dev/null; done
  [ "$RAY" = cluster ] || ray stop --force >/dev/null 2>&1
  announce
  publish
  event "{\\"event\\":\\"exit\\",\\"code\\":$1,\\"seconds\\":$SECONDS}"
  # The last lines must be in the log before the sandbox is gone; but a daemon may hold the pipe open for ever.
  exec >&- 2>&-
  for _ in $(seq 30); do kill -0 "$TEE" 2>/dev/null || break; sleep 0.1; done
  exit "$1"
}
stop_job() { [ "$RAY" = cluster ] || ray job stop "$RUN" >/dev/null 2>&1; }
trap 'stop_job; finish 143' TERM INT

# A checkpoint is finished when the tracker names it and its index, which slime writes last, is there.
SEEN="$C/.announced" NEW=''
announce() {
  local tracker folder
  NEW=''
  tracker=$(cat "$C/latest_checkpointed_iteration.txt" 2>/dev/null) || return 0
  case $tracker in ''|*[!0-9]*) return 0 ;; esac
  folder=$(printf '%s/iter_%07d_hf' "$C" "$((10#$tracker))")
  [ -f "$folder/model.safetensors.index.json" ] || return 0
  [ "$(cat "$SEEN" 2>/dev/null)" = "$tracker" ] && return 0
  publish
  event "{\\"event\\":\\"checkpoint\\",\\"iteration\\":$((10#$tracker)),\\"hf\\":\\"$folder\\"}"
  printf '%s' "$tracker" > "$SEEN"
  NEW=$((10#$tracker))
}
watch() {
  trap 'kill $! 2>/dev/null; exit' TERM
  while :; do
    sleep "$POLL" & wait $!
    announce
    [ -n "$NEW" ] && [ "$NEW" != "\${GYM_LAST_ROLLOUT:-}" ] && [ -n "\${GYM_STOP_AFTER:-}" ] && [ "$SECONDS" -ge "$GYM_STOP_AFTER" ] && exit 75
  done
}

# What a dead reward server means depends on whether it had told why itself: then its exit code is 70 or 71.
server_died() {
  wait "$RM"; local code=$?
  case $code in 70|71) ;; *)
    event "{\\"event\\":\\"failed\\",\\"code\\":$1,\\"why\\":\\"the reward server ended with code $code\\"}"
    code=$1 ;;
  esac
  RM=''
  stop_job
  finish "$code"
}
is_healthy() {
  exec 3<>"/dev/tcp/$HOST/$PORT" && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '"ok":true' <&3
}
serve_reward() {
  # shellcheck disable=SC2086 -- the flags are several words on purpose
  GYM_REWARD_TOKEN=$TOKEN node "$D/server.mjs" --reward "$D/reward.mjs" --host "$HOST" --port "$PORT" --log "$C/\${GYM_REWARD_LOG:-rewards.jsonl}" \${GYM_REWARD_FLAGS:-} &
  RM=$!
  for _ in $(seq "$((\${GYM_START_LIMIT:-60} * 5))"); do
    (is_healthy) 2>/dev/null && return
    kill -0 "$RM" 2>/dev/null || server_died 71
    sleep 0.2
  done
  event '{"event":"failed","code":71,"why":"the reward server did not answer in time"}'
  finish 71
}
[ -f "$D/reward.mjs" ] && serve_reward

if [ "$RAY" = own ] && ! ray start --head --node-ip-address "\${MASTER_ADDR:-127.0.0.1}" --num-gpus "\${GYM_GPUS:-8}" --disable-usage-stats --dashboard-host=127.0.0.1 --dashboard-port=8265; then
  event '{"event":"failed","code":72,"why":"ray did not start"}'
  finish 72
fi

watch & WATCH=$!
if [ "$RAY" = cluster ]; then
  bash "$D/train.sh" \${RM:+--rm-url "http://$HOST:$PORT/score?token=$TOKEN"} &
else
  ray job submit --address=http://127.0.0.1:8265 --submission-id "$RUN" --runtime-env-json "$(cat "$D/runtime_env.json")" -- bash "$D/train.sh" &
fi
JOB=$!
wait -n \${RM:+"$RM"} "$JOB" "$WATCH"
code=$?
if [ "$code" = 75 ] && ! kill -0 "$WATCH" 2>/dev/null; then
  WATCH=''
  if kill -0 "$JOB" 2>/dev/null; then
    event "{\\"event\\":\\"budget\\",\\"seconds\\":$SECONDS}"
    stop_job
    finish 75
  fi
  wait "$JOB"; code=$?
fi
if [ -z "$RM" ] || kill -0 "$RM" 2>/dev/null; then JOB=''; finish "$code"; fi
# Both may have ended: then the training that ended well is not blamed for the server that went after it.
if ! kill -0 "$JOB" 2>/dev/null; then wait "$JOB"; job=$?; [ "$job" = 0 ] && { JOB='' RM=''; finish 0; }; fi
server_died 70
`
