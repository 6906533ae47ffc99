import type { SlimeFlags } from './generated/slime-flags.js'

/** Flags that the gym sets itself, each with what to use instead. */
export const ownedFlags = {
  hfCheckpoint: 'the model and the checkpoint of TrainConfig decide it',
  // slime would also start from refLoad instead of comparing with it only.
  refLoad: 'the reference is the model that the run starts from',
  load: 'a run resumes from its own checkpoints, see train({ resume })',
  save: 'checkpoints go to the volume of the run, see listCheckpoints()',
  saveHf: 'every checkpoint is also saved in the format of Hugging Face',
  promptData: 'the dataset of TrainConfig is written and uploaded',
  inputKey: 'rows become messages in one place, the dataset',
  labelKey: 'the label carries the whole row, for the reward',
  metadataKey: 'the whole row reaches the reward as sample.row',
  toolKey: 'the whole row reaches the reward as sample.row',
  multimodalKeys: 'messages hold text only',
  rmUrl: 'the reward is served beside the trainer; give customRmFunction',
  rewardKey: 'the reward server names the score',
  numEpoch: 'a run ends after numRollout rollouts',
  customConfigPath: 'it would override flags unseen; write them as options',
} as const satisfies Partial<Record<keyof SlimeFlags, string>>

/** The flags that are options of SlimeRecipe. */
export type SlimeFlagOptions = Omit<SlimeFlags, keyof typeof ownedFlags>
