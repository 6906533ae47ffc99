import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openStore } from '../store/open-store.js'
import type { EvalRowRecord } from '../store/records.js'
import { keepEvaluation } from '../training/keep-evaluation.js'
import { compareEvals } from './compare-evals.js'
import { evalResultFromStore } from './eval-result.js'

it('knows the run that was training, whose reward may be one with a name', async () => {
  const home = await mkdtemp(join(tmpdir(), 'gym-eval-result-'))
  try {
    await using store = await openStore({ home })
    const rows = Array.from({ length: 8 }, (_, rowIndex): EvalRowRecord => {
      const place = { rowIndex, sampleIndex: 0, promptKey: `key-${rowIndex}`, prompt: 'rain', response: 'text' }
      return { ...place, score: rowIndex % 3, metadata: {}, finishReason: 'stop', tokens: 4, failure: null }
    })
    const run = { trainingRunId: 'run-1', model: 'tiny-poet', seed: 1 }
    const kept = await keepEvaluation(store, run, { afterRollout: 3, dataset: 'held-out', rows }, 1)
    const during = await evalResultFromStore(store, kept?.evalId ?? '')
    expect(during.trainingRunId).toBe('run-1')
    const { trainingRunId: _, ...rest } = during
    const base = { ...rest, evalId: 'eval-base', name: 'base', scorer: 'haiku' }
    expect(compareEvals(base, during).scorers).toEqual(['haiku', 'reward'])
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
