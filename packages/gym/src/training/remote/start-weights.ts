import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gymVolumes, seenPath } from '../../compute/gym-volumes.js'
import type { ComputeHost, VolumeEntry } from '../../compute/host.js'
import { lastLines } from '../../compute/last-lines.js'
import { GymError } from '../../errors.js'
import type { Model } from '../../models/model.js'
import type { OnProgress } from '../../progress.js'

/** Weights that a run starts from. */
export interface StartWeights {
  /** Their folder as the machine that trains sees it. */
  readonly path: string
  /** Sees to it that they are there, before GPUs are paid for. */
  readonly prepare: (options: { readonly signal: AbortSignal; readonly onProgress: OnProgress }) => Promise<void>
}

/**
 * The last file that is written into a folder of weights. slime copies it into every checkpoint with the other files of the
 * folder that it started from, where it says nothing: it is never taken from one folder to another.
 */
export const COMPLETE = '.gym-complete'
const CONFIG = 'config.json'
/** A download may take this long, milliseconds. */
const DOWNLOAD_MS = 3 * 3_600_000

const { models, checkpoints } = gymVolumes

/**
 * Decides where the weights of a run will be: a checkpoint on the volume, a folder of this machine that is uploaded, or a
 * repository of Hugging Face that a small machine without GPUs downloads once for all runs.
 */
export async function startWeights(
  host: ComputeHost,
  model: Model,
  checkpoint: string | undefined,
  signal: AbortSignal,
): Promise<StartWeights> {
  const onVolume = seenPath(host, checkpoints)
  if (checkpoint?.startsWith(`${onVolume}/`)) {
    const inVolume = checkpoint.slice(onVolume.length + 1)
    return { path: checkpoint, prepare: ({ signal }) => requireExport(host, inVolume, signal) }
  }
  if (checkpoint !== undefined && !existsSync(checkpoint)) {
    const message = `checkpoint ${checkpoint} is neither a folder of this machine nor below ${onVolume}, where runs elsewhere keep theirs; see listCheckpoints()`
    throw new GymError('config', 'no-such-checkpoint', message)
  }
  if (checkpoint === undefined && model.hfRepo !== undefined) return download(host, model, model.hfRepo)
  const folder = checkpoint ?? (await model.resolve({ signal }))
  const name = `${basename(folder)}-${await fingerprint(folder)}`
  const prepare: StartWeights['prepare'] = async ({ signal, onProgress }) => {
    const files = await filesOf(folder)
    if (isUploaded(files, await listed(host, name, signal))) return
    onProgress({ kind: 'notice', message: `uploading the weights in ${folder}` })
    await upload(host, name, files, signal)
  }
  return { path: `${seenPath(host, models)}/${name}`, prepare }
}

async function requireExport(host: ComputeHost, folder: string, signal: AbortSignal): Promise<void> {
  const files = await host.volume(checkpoints.mount.name).list(folder, signal)
  if (files.some(({ name }) => name === 'model.safetensors.index.json')) return
  const message = `there is no complete checkpoint ${folder} in volume ${checkpoints.mount.name}; choose one of listCheckpoints()`
  throw new GymError('config', 'no-such-checkpoint', message)
}

async function listed(host: ComputeHost, folder: string, signal: AbortSignal): Promise<readonly VolumeEntry[]> {
  return await host.volume(models.mount.name).list(folder, signal)
}

/** Tells whether there are weights to train, whoever says that they are complete. */
function hasWeights(names: readonly string[]): boolean {
  return names.includes(COMPLETE) && names.includes(CONFIG) && names.some((name) => name.endsWith('.safetensors'))
}

/** Tells two folders of the same name apart, and a folder from what it was before. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(folder)).sort()) {
    const { size, mtimeMs } = await stat(join(folder, name))
    hash.update(`${name} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 8)
}

interface WeightFile {
  readonly name: string
  readonly localPath: string
  /** Bytes. */
  readonly size: number
}

async function filesOf(folder: string): Promise<WeightFile[]> {
  const files: WeightFile[] = []
  for (const name of await readdir(folder)) {
    const localPath = join(folder, name)
    // Of what a link leads to: the cache of Hugging Face is made of links.
    const found = await stat(localPath)
    if (found.isFile() && name !== COMPLETE) files.push({ name, localPath, size: found.size })
  }
  return files
}

/** Tells whether every file arrived whole: an upload that broke off may have left the mark of a complete one. */
function isUploaded(files: readonly WeightFile[], there: readonly VolumeEntry[]): boolean {
  const sizes = new Map(there.map(({ name, size }) => [name, size]))
  return sizes.has(COMPLETE) && files.every(({ name, size }) => sizes.get(name) === size)
}

async function upload(
  host: ComputeHost,
  name: string,
  files: readonly WeightFile[],
  signal: AbortSignal,
): Promise<void> {
  const volume = host.volume(models.mount.name)
  const mark = `${name}/${COMPLETE}`
  await volume.remove(mark, signal)
  const put = files.map((file) => ({ path: `${name}/${file.name}`, localPath: file.localPath }))
  await volume.put(put, signal)
  await volume.put([{ path: mark, content: '' }], signal)
}

function download(host: ComputeHost, model: Model, repo: string): StartWeights {
  const { revision } = model
  const name = revision === undefined ? model.name : `${model.name}-${revision.replace(/[^\w.-]+/g, '-')}`
  const mounted = seenPath(host, models)
  const path = `${mounted}/${name}`
  const prepare: StartWeights['prepare'] = async ({ signal, onProgress }) => {
    if (hasWeights((await listed(host, name, signal)).map(({ name }) => name))) return
    onProgress({ kind: 'notice', message: `downloading ${repo} to where it is trained; once for all runs` })
    const processName = `weights-${name}`.slice(0, 63)
    const running =
      (await stillRunning(host, processName, signal)) ??
      (await host.start(
        {
          name: processName,
          tags: { gym: 'weights', model: name },
          image: {
            from: 'python:3.12-slim-bookworm',
            commands: ['RUN pip install --no-cache-dir huggingface_hub==0.34.4'],
          },
          volumes: { [models.mountPath]: models.mount },
          secrets: [],
          environment: { REPO: repo, REVISION: revision ?? 'main', FOLDER: path, MOUNT: mounted },
          command: ['bash', '-c', downloadScript],
          timeoutMs: DOWNLOAD_MS,
        },
        signal,
      ))
    const code = await running.wait(signal)
    if (code === 0) return
    const message = `${repo} could not be downloaded to where it is trained: exit code ${code}, ${await lastLines(running)}; a repository that asks for a licence needs HF_TOKEN, see modal({ secrets })`
    throw new GymError('provider', 'weights-not-downloaded', message)
  }
  return { path, prepare }
}

/** By its library: what the program `hf` makes of several patterns depends on its version, and on Ray that is the nodes'. */
const downloadProgram = `import os
from huggingface_hub import snapshot_download
snapshot_download(
    os.environ["REPO"],
    revision=os.environ["REVISION"],
    local_dir=os.environ["FOLDER"],
    ignore_patterns=["*.bin", "*.pth", "original/*"],
)`

const downloadScript = `set -euo pipefail
python3 -c '${downloadProgram}'
for file in ${CONFIG} '*.safetensors'; do
  compgen -G "$FOLDER/$file" >/dev/null || { echo "$REPO has no $file at $REVISION"; exit 1; }
done
touch "$FOLDER/${COMPLETE}"
for attempt in 1 2 3 4 5; do
  sync "$MOUNT" && exit 0
  sleep "$((attempt * 2))"
done
rm -f "$FOLDER/${COMPLETE}"
echo "the volume at $MOUNT could not be saved: sync failed 5 times"
exit 1`

async function stillRunning(host: ComputeHost, name: string, signal: AbortSignal) {
  const running = await host.attach({ kind: host.kind, name }, signal)
  return running !== null && (await running.poll(signal)) === null ? running : null
}
