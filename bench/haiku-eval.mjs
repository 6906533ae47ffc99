// Shared by the haiku benchmarks: the tutorial's reward with its honesty measures, and one evaluation of a folder on the
// 200 held-out topics.
import { DeploymentConfig, EvalConfig, HaikuTopics, namesTopic, scoreHaiku, TinyPoet } from 'training-gym'

export function haikuReward({ response, row }) {
  const score = scoreHaiku(response)
  return { score, exact: score === 0, topic: namesTopic(response, row.input), threeLines: score > -10 }
}

/** Evaluates the base model, or a checkpoint folder, on 200 held-out topics x `nSamples`, at temperature 1. */
export async function evaluateFolder({ checkpoint, name, seed, nSamples = 8, home, onProgress }) {
  const options = { model: new TinyPoet(), ...(checkpoint && { checkpoint }) }
  const deployment = await new DeploymentConfig(options).serve({ home, onProgress })
  try {
    const config = new EvalConfig({ dataset: new HaikuTopics({ split: 'eval' }), reward: haikuReward, nSamples, seed })
    return await config.evaluate(deployment, { name, home, onProgress })
  } finally {
    await deployment.stop()
  }
}

/** One line of figures of an evaluation. */
export function figuresOf({ mean, ci, details, diversity, scored }) {
  const { exact, topic, threeLines } = details
  return { mean, ci, exact, topic, threeLines, distinct2: diversity.distinct2, topLine: diversity.topLine, n: scored }
}
