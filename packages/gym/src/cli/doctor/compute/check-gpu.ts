import { trainingImage } from '../../../training/slime/training-image.js'
import { checkFailed, checkSpec, outputOf } from './check-process.js'
import type { ComputeCheck } from './compute-check.js'

/** Checks that the training image is built and starts on a GPU with what a run needs in it. */
export const checkGpu: ComputeCheck = {
  name: 'image and GPU',
  proves: 'the image of slime is built, starts on an H100, sees it, and has Node for the reward server',
  costUsd: 0.35,
  async run(context) {
    context.tell('building the image of slime, once: many gigabytes, so some minutes')
    const script = 'nvidia-smi --query-gpu=name,memory.total --format=csv,noheader && node -v && python3 -V'
    const spec = checkSpec('gpu', script, { image: trainingImage({}), gpu: 'H100:1' })
    const lines = await outputOf(context, spec)
    const [gpu = '', node = '', python = ''] = lines.slice(-3)
    if (!/H100/i.test(gpu))
      throw checkFailed(`nvidia-smi says "${gpu}" where an H100 was asked for`, 'see the log of the sandbox')
    if (!/^v\d+\./.test(node))
      throw checkFailed(`node -v says "${node}"`, 'see that image commands copy Node into the image')
    return `${gpu}; Node ${node}; ${python}`
  },
}
