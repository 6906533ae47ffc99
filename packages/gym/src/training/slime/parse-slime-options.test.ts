import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SlimeRecipe, type SlimeRecipeOptions } from '../slime-recipe.js'
import { flagArguments } from './flag-arguments.js'
import { type SlimeFlags, slimeFlags } from './generated/slime-flags.js'
import { ownSlimeShape } from './own-options.js'
import { ownedFlags } from './owned-flags.js'

const refusal = (options: object): string => {
  try {
    new SlimeRecipe(options as SlimeRecipeOptions)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('the options of SlimeRecipe', () => {
  it('take flags of slime and Megatron and the own options, as given', () => {
    const options: SlimeRecipeOptions = {
      customRmFunction: () => 1,
      gpuType: 'H100',
      colocate: true,
      numRollout: 10,
      recomputeGranularity: 'selective',
      rampupBatchSize: [16, 8, 1000],
      moeRouterLoadBalancingType: ['aux_loss', 'none'],
      applyChatTemplateKwargs: { enable_thinking: true },
    }
    expect(new SlimeRecipe(options).options).toEqual(options)
  })

  it('are typed: a mistyped name, value or choice does not compile', () => {
    // @ts-expect-error no such option
    expect(refusal({ numRollouts: 3 } satisfies SlimeRecipeOptions)).toContain('did you mean "numRollout"?')
    // @ts-expect-error a text for a number
    expect(refusal({ lr: '1e-6' } satisfies SlimeRecipeOptions)).toContain('must be a number, got "1e-6"')
    // @ts-expect-error no such choice
    expect(refusal({ optimizer: 'adm' } satisfies SlimeRecipeOptions)).toContain('did you mean "adam"?')
    // @ts-expect-error set by the gym
    expect(refusal({ save: '/tmp' } satisfies SlimeRecipeOptions)).toContain('is set by the gym')
  })

  it.each([
    [{ num_rollout: 3 }, 'unknown option "num_rollout" of SlimeRecipe; did you mean "numRollout"?'],
    [{ '--num-rollout': 3 }, 'unknown option "--num-rollout" of SlimeRecipe; did you mean "numRollout"?'],
    [{ gpuTypes: 'H100' }, 'unknown option "gpuTypes" of SlimeRecipe; did you mean "gpuType"?'],
    [
      { zzzzzz: 1 },
      'unknown option "zzzzzz" of SlimeRecipe; it takes the flags of slime and Megatron in camelCase, others go into extraArgs',
    ],
    [
      { colocate: 'yes' },
      'option "colocate" of SlimeRecipe (--colocate) must be true or false, as it is a switch, got "yes"',
    ],
    [{ numRollout: 1.5 }, 'option "numRollout" of SlimeRecipe (--num-rollout) must be a whole number, got 1.5'],
    [{ lr: Number.NaN }, 'option "lr" of SlimeRecipe (--lr) must be a number, got NaN'],
    [
      { advantageEstimator: 'gropo' },
      'option "advantageEstimator" of SlimeRecipe (--advantage-estimator) must be one of "grpo", "gspo", "cispo", ' +
        '"reinforce_plus_plus", "reinforce_plus_plus_baseline", "ppo", got "gropo"; did you mean "grpo"?',
    ],
    [
      { rampupBatchSize: [1, 2] },
      'option "rampupBatchSize" of SlimeRecipe (--rampup-batch-size) must have exactly 3 entries, got [1,2]',
    ],
    [
      { evalPromptData: [] },
      'option "evalPromptData" of SlimeRecipe (--eval-prompt-data) must have at least one entry, got []',
    ],
    [
      { rolloutStopTokenIds: [1, 'x'] },
      'option "rolloutStopTokenIds" of SlimeRecipe (--rollout-stop-token-ids) has an entry [1] that must be a whole number, got "x"',
    ],
    [
      { applyChatTemplateKwargs: '{enable' },
      'option "applyChatTemplateKwargs" of SlimeRecipe (--apply-chat-template-kwargs) must be an object, or its JSON, got "{enable"',
    ],
    [
      { rmUrl: 'http://x' },
      'option "rmUrl" of SlimeRecipe (--rm-url) is set by the gym: the reward is served beside the trainer; give customRmFunction',
    ],
    [{ gpuCount: 9 }, 'option "gpuCount" of SlimeRecipe must be at most 8, got 9'],
  ])('%j: %s', (options, message) => {
    expect(refusal(options)).toBe(message)
  })

  it('tell three problems, unknown names first, and count the rest', () => {
    expect(refusal({ lr: 'a', numRollout: 'b', seed: 'c', nope: 1 })).toMatch(
      /^unknown option "nope".*; also option "lr".*; also option "numRollout".*; and 1 more$/,
    )
  })

  it('treat undefined as left out', () => {
    expect(new SlimeRecipe({ numRollout: undefined }).options).toEqual({})
  })

  it('never mean two things by one name', () => {
    expect(Object.keys(ownSlimeShape).filter((name) => Object.hasOwn(slimeFlags, name))).toEqual([])
    expect(Object.keys(ownedFlags).filter((name) => !Object.hasOwn(slimeFlags, name))).toEqual([])
  })
})

describe('the table of flags', () => {
  const scripts = new URL('../../../scripts/', import.meta.url)
  const facts = JSON.parse(readFileSync(new URL('slime-flags.json', scripts), 'utf8'))

  it('holds every flag of its data file, unchanged', () => {
    const table = Object.values(slimeFlags)
    expect(table).toEqual(facts.flags)
    expect(table.filter(({ origin }) => origin === 'megatron').length).toBeGreaterThan(680)
    expect(table.filter(({ origin }) => origin === 'slime').length).toBeGreaterThan(200)
  })

  it('is what the script writes', () => {
    execFileSync(process.execPath, [fileURLToPath(new URL('write-slime-options.mjs', scripts)), '--check'])
  })

  it('names options as the flags, in camelCase', () => {
    for (const [option, { flag }] of Object.entries(slimeFlags)) {
      expect(`--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`.replace(/[-_]/g, '')).toBe(
        flag.replace(/[-_]/g, ''),
      )
    }
  })
})

describe('flagArguments', () => {
  it('writes a switch alone, leaves a false one out, and spreads several values', () => {
    expect(
      flagArguments({ colocate: true, swiglu: false, evalPromptData: ['haiku', '/data/eval.jsonl'], lr: 1e-6 }),
    ).toEqual(['--colocate', '--eval-prompt-data', 'haiku', '/data/eval.jsonl', '--lr', '1e-6'])
  })

  it('writes objects as JSON and keeps a value that begins with a dash a value', () => {
    const flags: SlimeFlags = { applyChatTemplateKwargs: { a: [1] }, tbProjectName: '--danger', klCoef: -1 }
    expect(flagArguments(flags)).toEqual([
      '--apply-chat-template-kwargs',
      '{"a":[1]}',
      '--tb-project-name=--danger',
      '--kl-coef',
      '-1',
    ])
  })
})
