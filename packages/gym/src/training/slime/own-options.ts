import { z } from 'zod'
import type { PlayEpisode, Reward } from '../../trip.js'
import type { ImageOverlayFunction } from './image-overlay.js'

const aFunction = (value: unknown) => typeof value === 'function'

/** The options of SlimeRecipe that are the gym's and not slime's. */
export const ownSlimeShape = {
  /** The reward: scores one sample. May be given to TrainConfig instead. */
  customRmFunction: z.custom<Reward>(aFunction, 'must be a function').optional(),
  /** Plays and scores an environment of several turns, in place of one response and `customRmFunction`. */
  customGenerateFunction: z.custom<PlayEpisode>(aFunction, 'must be a function').optional(),
  /**
   * What a failing reward does: `'stop'` ends the run at once; an object gives the sample that score and ends the run
   * after `max` of them (100 unless given). Default `'stop'`.
   */
  onRewardError: z
    .union([z.literal('stop'), z.strictObject({ score: z.number(), max: z.int().min(1).default(100) })])
    .optional(),
  /** Score of a sample whose reward is `null`: slime cannot leave a sample out. Default: such a sample is an error. */
  unscorableScore: z.number().optional(),
  /** Milliseconds a reward may take for one sample. Default 8,000; slime itself gives up at 120,000. */
  rewardTimeLimitMs: z.int().positive().max(90_000).optional(),
  /**
   * Token ids and log-probabilities kept of each rollout's samples, in the order of training; texts and scores are kept of
   * all. Default 65,536; 0 keeps none.
   */
  sampleTokensKept: z.int().min(0).optional(),
  /** The provider's name of the GPU, e.g. `H100`. Default: what the model's preset says. */
  gpuType: z.string().min(1).optional(),
  /** GPUs of the run's one machine. Default: what the model's preset says. */
  gpuCount: z.int().min(1).max(8).optional(),
  /** Price of one GPU for an hour, in US dollars. Default: from the table of prices. */
  gpuPricePerHour: z.number().min(0).optional(),
  /** Image to train in, best by digest: `slimerl/slime@sha256:...`. Default: the one that the table of flags is of. */
  image: z.string().min(1).optional(),
  /**
   * Commit of slime to check out in the image, so that the code is the one whose flags are known; `false` takes the
   * image as it is. Default: that commit with the default image, `false` with another.
   */
  slimeCommit: z.union([z.literal(false), z.string().regex(/^[0-9a-f]{40}$/, 'must be a full commit')]).optional(),
  /** Adds to the image: `(image) => image.runCommands('...').pipInstall('...').env({ ... })`. */
  imageOverlay: z.custom<ImageOverlayFunction>(aFunction, 'must be a function').optional(),
  /** Environment of the training, over what the gym sets. */
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and underscores'), z.string())
    .optional(),
  /** Lets NCCL reduce inside the NVLink switch, which a sandbox may not be allowed to. Default false. */
  useNvls: z.boolean().optional(),
  /** Arguments added as they are, without any check: for flags that the table does not know. */
  extraArgs: z.array(z.string()).optional(),
}

/** Validates the gym's own options of SlimeRecipe. */
export const ownSlimeOptions = z.strictObject(ownSlimeShape)
export type OwnSlimeOptions = z.input<typeof ownSlimeOptions>
