/**
 * The program of a training sandbox, in bash since that is what every image has. What it needs lies under GYM_DATA, what
 * it makes under GYM_CKPT; both are mounts that outlive the sandbox.
 *
 * It copies all output to the volume, starts the reward server (where there is a reward) and waits for its health, starts
 * Ray, watches for finished checkpoints, hands the training to Ray as a job, and ends when the job or the reward server
 * does, or after the checkpoint that follows GYM_STOP_AFTER. What it tells the gym are lines of stdout that begin with
 * `GYM `; its exit code says how the run ended: that of the training, or 70 reward broke, 71 reward server did not start,
 * 72 Ray did not start or did not take the job, 73 Ray lost the job, 75 the time or the money was used up.
 *
 * Called with `job` and a folder it is the job of Ray: it writes there which process it is, the training's output and its exit
 * code. The client of Ray would not do: it ends with 0 when the stream of the output breaks, and knows no codes but 0 and 1.
 *
 * Variables: GYM_RUN, GYM_DATA, GYM_CKPT (required); GYM_CKPT_MOUNT, the mount to be flushed (default GYM_CKPT);
 * GYM_REWARD_PORT (8787), GYM_REWARD_FLAGS, GYM_REWARD_HOST (127.0.0.1, in a cluster its head's address), GYM_REWARD_LOG,
 * the file of scored samples (rewards.jsonl); GYM_GPUS (8); GYM_RAY, `cluster` inside a job of a cluster that exists, where
 * Ray is neither started nor stopped, and the URL of the reward, with a token, comes over that in train.sh; GYM_POLL,
 * seconds between looks for checkpoints (5); GYM_START_LIMIT, seconds for the reward server to answer (60); GYM_RAY_LIMIT,
 * seconds for a started Ray to run the job (300); GYM_POSITION_LIMIT, seconds that an exported checkpoint may wait for
 * slime's position in the data (900); GYM_STOP_AFTER, seconds (none); GYM_LAST_ROLLOUT, whose checkpoint never stops a run.
 */
export const entryScript = `#!/usr/bin/env bash
set -uo pipefail
if [ "\${1:-}" = job ]; then
  cat /proc/$$/stat >"$2/pid"
  bash "\${0%/*}/train.sh" >>"$2/output" 2>&1
  code=$?
  echo "$code" >"$2/code"
  exit "$code"
fi
RUN=\${GYM_RUN:?} D=\${GYM_DATA:?} C=\${GYM_CKPT:?}
RAY=\${GYM_RAY:-own} PORT=\${GYM_REWARD_PORT:-8787} HOST=\${GYM_REWARD_HOST:-127.0.0.1} TOKEN='' POLL=\${GYM_POLL:-5}
API=http://127.0.0.1:8265
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
# On a volume of Modal this publishes what was written; elsewhere it does no harm. What fails is told once, and tried again.
UNPUBLISHED=''
publish() {
  local said
  if said=$(sync "\${GYM_CKPT_MOUNT:-$C}" 2>&1); then UNPUBLISHED=''; return 0; fi
  [ -n "$UNPUBLISHED" ] || event "{\\"event\\":\\"notice\\",\\"message\\":\\"what was saved could not be published, which is tried again: $(tr -d '[:cntrl:]"\\\\' <<<"$said")\\"}"
  UNPUBLISHED=yes
  return 1
}

RM='' JOB='' WATCH='' JOBDIR=''
# Waits for processes that were told to end. Bash 5.2 loses a signal now and then (2 of 400): after ten seconds they are told again.
until_gone() {
  local pid left
  for pid; do
    left=100
    while kill -0 "$pid" 2>/dev/null; do
      [ "$left" -gt 0 ] || { kill "$pid" 2>/dev/null; left=100; }
      left=$((left - 1))
      sleep 0.1
    done
  done
}
finish() {
  trap '' TERM INT
  for pid in $JOB $WATCH $RM; do kill "$pid" 2>/dev/null; done
  until_gone $WATCH
  if [ "$RAY" = own ]; then
    # A submission that is under way must have ended before Ray is stopped, or it would come after that.
    until_gone $JOB
    timeout 120 ray stop --force >/dev/null 2>&1
    if [ -n "$JOBDIR" ]; then cat <&4; rm -rf "$JOBDIR"; fi
  fi
  # After a training that ended well no position in the data can come any more.
  [ "$1" = 0 ] && POSITION=no
  for _ in 1 2 3 4 5; do
    announce
    publish && break
    sleep "$POLL"
  done
  event "{\\"event\\":\\"exit\\",\\"code\\":$1,\\"seconds\\":$SECONDS}"
  # The last lines must be in the log before the sandbox is gone; but a daemon may hold the pipe open for ever.
  exec >&- 2>&-
  for _ in $(seq 30); do kill -0 "$TEE" 2>/dev/null || break; sleep 0.1; done
  exit "$1"
}
fail() {
  event "{\\"event\\":\\"failed\\",\\"code\\":$1,\\"why\\":\\"$2\\"}"
  exit "$1"
}
stop_job() { [ "$RAY" = cluster ] || timeout 60 ray job stop --address="$API" "$RUN" >/dev/null 2>&1; }
trap 'stop_job; finish 143' TERM INT

# After the export slime saves its position in the data (and before that, with PPO, the critic): a resume goes on from the
# newest checkpoint that has it, since slime would begin with the first row again. With these flags it may never be written.
POSITION=yes WAITED=''
grep -qe --disable-rollout-global-dataset -e --data-source-path "$D/train.sh" && POSITION=no
has_position() {
  [ "$POSITION" = no ] || [ -s "$C/rollout/global_dataset_state_dict_$1.pt" ] && return
  [ "\${WAITED%:*}" = "$1" ] || WAITED=$1:$SECONDS
  [ "$((SECONDS - \${WAITED#*:}))" -ge "\${GYM_POSITION_LIMIT:-900}" ] || return
  event "{\\"event\\":\\"notice\\",\\"message\\":\\"slime has not saved its position in the data with checkpoint $1: a resume goes on from the one before\\"}"
}
# Waits until what the training had written by now is copied: a checkpoint is told after the rollout that it is of.
caught_up() {
  [ -d "$JOBDIR" ] || return
  : >"$JOBDIR/asked"
  for _ in $(seq 50); do
    [ -e "$JOBDIR/asked" ] || return
    sleep 0.1 & wait $!
  done
}
# A checkpoint is finished when the tracker names it and its index, which the export writes last, and the position are there.
SEEN="$C/.announced" NEW=''
announce() {
  local tracker folder
  NEW=''
  tracker=$(cat "$C/latest_checkpointed_iteration.txt" 2>/dev/null) || return 0
  case $tracker in ''|*[!0-9]*) return 0 ;; esac
  folder=$(printf '%s/iter_%07d_hf' "$C" "$((10#$tracker))")
  [ -f "$folder/model.safetensors.index.json" ] || return 0
  [ "$(cat "$SEEN" 2>/dev/null)" = "$tracker" ] && return 0
  caught_up
  has_position "$((10#$tracker))" || return 0
  publish || return 0
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
  # Opened anew where that can be done, since Node lets writes to its output fail where a pipe is full, and so for all who
  # share what it opened: lines of the training would be lost.
  (
    if { : >>/proc/self/fd/1; } 2>/dev/null; then exec >>/proc/self/fd/1; fi
    export GYM_REWARD_TOKEN=$TOKEN
    # shellcheck disable=SC2086 -- the flags are several words on purpose
    exec node "$D/server.mjs" --reward "$D/reward.mjs" --host "$HOST" --port "$PORT" --log "$C/\${GYM_REWARD_LOG:-rewards.jsonl}" \${GYM_REWARD_FLAGS:-} 2>&1
  ) &
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

if [ "$RAY" = own ]; then
  # Ray gives each part of its dashboard 30 seconds, and starts without the dashboard, which takes jobs, where one is late.
  export RAY_DASHBOARD_SUBPROCESS_MODULE_WAIT_READY_TIMEOUT=\${RAY_DASHBOARD_SUBPROCESS_MODULE_WAIT_READY_TIMEOUT:-300}
  if ! ray start --head --node-ip-address "\${MASTER_ADDR:-127.0.0.1}" --num-gpus "\${GYM_GPUS:-8}" --disable-usage-stats --dashboard-host=127.0.0.1 --dashboard-port=8265; then
    event '{"event":"failed","code":72,"why":"ray start failed"}'
    finish 72
  fi
  JOBDIR=$(mktemp -d)
  : >"$JOBDIR/output"
  # Its place in the file is one for all processes of this script: what one has copied, no other copies again.
  exec 4<"$JOBDIR/output"
fi

# Submits until the job runs: the dashboard may be late, and the answer to a submission that was taken may be lost.
hand_over() {
  local limit=$((SECONDS + \${GYM_RAY_LIMIT:-300})) taken=''
  until [ -s "$JOBDIR/pid" ]; do
    if [ -z "$taken" ]; then
      ray job submit --address="$API" --submission-id "$RUN" --runtime-env-json "$(cat "$D/runtime_env.json")" --no-wait -- bash "$D/entry.sh" job "$JOBDIR" >"$JOBDIR/ray" 2>&1 & wait $!
      [ $? = 0 ] && taken=yes
    else
      ray job status --address="$API" "$RUN" >"$JOBDIR/ray" 2>&1 & wait $!
      grep -qE "Job '$RUN' (failed|was stopped)" "$JOBDIR/ray" && break
    fi
    [ "$SECONDS" -ge "$limit" ] && break
    sleep 0.5 & wait $!
  done
  cat "$JOBDIR/ray"
  [ -s "$JOBDIR/pid" ]
}
# A zombie, which nobody may ever fetch, has ended too; and a job whose parent is gone has outlived Ray.
runs() { local state parent; read -r _ _ state parent _ <"/proc/$1/stat" && [ "$state" != Z ] && [ "$parent" = "$2" ]; } 2>/dev/null
follow() {
  local pid parent group asked
  read -r pid _ _ parent group _ <"$JOBDIR/pid"
  while [ ! -s "$JOBDIR/code" ] && runs "$pid" "$parent"; do
    # Seen before and taken away after: what was written until it came is copied then.
    asked=''
    [ -e "$JOBDIR/asked" ] && asked=yes
    cat <&4
    [ -n "$asked" ] && rm -f "$JOBDIR/asked"
    sleep 0.5 & wait $!
  done
  cat <&4
  rm -f "$JOBDIR/asked"
  # What Ray has left behind of it.
  [ -s "$JOBDIR/code" ] || kill -9 -- "-$group" 2>/dev/null
}
train() {
  trap 'kill $! 2>/dev/null; wait $!; exit 143' TERM
  local code
  if [ "$RAY" = cluster ]; then
    bash "$D/train.sh" \${RM:+--rm-url "http://$HOST:$PORT/score?token=$TOKEN"} & wait $!
    code=$?
  else
    hand_over || fail 72 'Ray started, but did not run the training'
    follow
    code=$(cat "$JOBDIR/code" 2>/dev/null)
    [ -n "$code" ] || fail 73 'Ray ended the job of the training: its head died, or somebody stopped the job'
  fi
  # These codes say something else here.
  case $code in 70|71|72|73|75|124|137|143) event "{\\"event\\":\\"failed\\",\\"code\\":1,\\"why\\":\\"the training ended with exit code $code\\"}"; code=1 ;; esac
  exit "$code"
}

watch & WATCH=$!
train & JOB=$!
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
