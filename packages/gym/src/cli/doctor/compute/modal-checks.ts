import type { ModalCompute } from '../../../compute/compute.js'
import { Qwen3_0_6B, Qwen3_4B } from '../../../models/catalogue.js'
import { checkGpu } from './check-gpu.js'
import { checkReattach } from './check-reattach.js'
import { checkServing } from './check-serving.js'
import { checkTraining } from './check-training.js'
import { checkVolume } from './check-volume.js'
import type { ComputeCheck } from './compute-check.js'

/** At some 60 tokens a second on an L4 more than five minutes, and well within the context. */
const LONG_TOKENS = 24_000

/** Lists what is not known of Modal before somebody has tried it on an account, cheapest first. */
export function modalChecks(compute: ModalCompute): readonly ComputeCheck[] {
  return [
    {
      name: 'account',
      proves: 'the credentials are good and the app can be made',
      costUsd: 0,
      async run({ host, signal }) {
        const running = await host.list({}, signal)
        return running.length === 0
          ? 'the credentials are good; nothing of the gym runs'
          : `the credentials are good; running now: ${running.map(({ reference }) => reference.name).join(', ')}`
      },
    },
    checkVolume,
    checkReattach(compute),
    checkGpu,
    checkServing({ compute, model: new Qwen3_0_6B(), longTokens: LONG_TOKENS }),
    checkTraining({ compute, model: new Qwen3_4B() }),
  ]
}
