import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FakeModalOptions } from '../../compute/modal/fake/fake-modal.test.support.js'
import {
  type FakeModalProgram,
  startFakeModalProgram,
} from '../../compute/modal/fake/start-fake-modal-program.test.support.js'
import { InMemoryDataset } from '../../datasets/in-memory-dataset.js'
import type { Model } from '../../models/model.js'
import { TinyPoet } from '../../models/tiny-poet.js'
import type { StepMetrics } from '../../store/records.js'
import type { SlimeRecipeOptions } from '../slime-recipe.js'
import { writeStandInTrainer } from './stand-ins/write-stand-in-trainer.test.support.js'

/** Everything that a remote training needs, on this machine: Modal's control plane, and slime and Ray in its sandboxes. */
export interface RemoteWorld extends AsyncDisposable {
  readonly folder: string
  /** Folder of programs that sandboxes find in their PATH. */
  readonly bin: string
  /** Folder for the gym's state. */
  readonly home: string
  readonly modal: FakeModalProgram
}

/** Starts the stand-in for Modal, whose sandboxes find the stand-ins for slime and Ray. Needs a build. */
export async function startRemoteWorld(options: FakeModalOptions = {}): Promise<RemoteWorld> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'gym-remote-')))
  const bin = await writeStandInTrainer(join(folder, 'bin'))
  const home = join(folder, 'home')
  await mkdir(home)
  const sandboxEnv = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    // Where the real image has slime.
    SLIME_HOME: folder,
    GYM_POLL: '0.1',
    ...options.sandboxEnv,
  }
  const modal = await startFakeModalProgram({ ...options, sandboxEnv })
  return {
    folder,
    bin,
    home,
    modal,
    async [Symbol.asyncDispose]() {
      await modal.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A model of a few thousand weights that writes nonsense at once. */
export const tinyModel: Model = {
  name: 'qwen3-tied',
  facts: { ...new TinyPoet().facts, ropeTheta: 10_000, normEpsilon: 1e-6 },
  resolve: async () => fileURLToPath(new URL('../../../../engine/fixtures/qwen3-tied', import.meta.url)),
}

export const tinyDataset = new InMemoryDataset({ rows: ['rain', 'the moon', 'a frog'].map((input) => ({ input })) })

/** A recipe of three short rollouts. */
export const tinyRecipe = {
  numRollout: 3,
  rolloutBatchSize: 2,
  nSamplesPerPrompt: 3,
  rolloutMaxResponseLen: 12,
  saveInterval: 2,
  gpuCount: 1,
  lr: 1e-4,
} as const satisfies SlimeRecipeOptions

/** Rewards responses of about forty characters. */
export function lengthReward({ response }: { readonly response: string }) {
  return { score: -Math.abs(response.length - 40), isShort: response.length < 40 }
}

/** What a run measured, without what differs from one time to the next: how long it took. */
export function timeless(metrics: readonly StepMetrics[]) {
  return metrics.map(({ seconds: _, tokensPerSecond: __, ...rest }) => rest)
}
