import { shellQuoted } from './shell-quoted.js'

/** Where the image has what writes a checkpoint's shards. */
const WRITER = '/root/Megatron-LM/megatron/core/dist_checkpointing/strategies/filesystem_async.py'
const FORKS = 'ctx = mp.get_context("fork")'
/** The standard library's threads behind the interface of its processes: queues, `start` and `join` are the same. */
const THREADS = 'from multiprocessing import dummy as ctx'

const program = [
  'import pathlib, sys',
  'path, old, new, hint = sys.argv[1:]',
  'text = pathlib.Path(path).read_text()',
  'text.count(old) == 1 or sys.exit(path + " is not the known one: it should have one \\"" + old + "\\"; " + hint)',
  'pathlib.Path(path).write_text(text.replace(old, new))',
].join('; ')

/**
 * Writes the command of an image that lets Megatron write checkpoints from threads. It forks a process a shard, at every
 * save, from processes with all of a training in them; in a Modal sandbox that can fail (`os.fork`: "Resource temporarily
 * unavailable") and end a run as it saves. Later versions of Megatron use threads themselves (NVIDIA/Megatron-LM#3633).
 * The build of the image fails where the source is another than the known one.
 */
export function threadedSaves(image: string, writer = WRITER): string {
  const hint = `to take the image as it is, give SlimeRecipe image: "${image}"`
  return `RUN ${shellQuoted(['python3', '-c', program, writer, FORKS, THREADS, hint])}`
}
