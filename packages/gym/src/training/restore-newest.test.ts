import { existsSync, mkdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GymError } from '../errors.js'
import type { ProgressEvent } from '../progress.js'
import { openStore } from '../store/open-store.js'
import { GrpoRecipe } from './grpo-recipe.js'
import { TrainConfig } from './train-config.js'

const model = fileURLToPath(new URL('../../../engine/fixtures/qwen3-tied', import.meta.url))
const dataset = new InMemoryDataset({
  rows: [{ input: 'rain' }, { input: 'old pond' }, { input: 'moon' }],
  inputColumn: 'input',
})

interface Options {
  readonly resume?: string
  /** Rollout whose checkpoint is the last before it is interrupted. */
  readonly stopAfter?: number
  /** Rollout after whose step it is interrupted, where no checkpoint is due. */
  readonly stopInRollout?: number
  readonly saveInterval?: number
  readonly keepLast?: number
  readonly onEvent?: (event: ProgressEvent) => void
}

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-restore-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Trains five rollouts, or as far as it goes; says what became of it and what it told. */
async function train(
  into: string,
  { resume, stopAfter, stopInRollout, saveInterval = 1, keepLast = 0, onEvent }: Options = {},
) {
  const control = new AbortController()
  const notices: string[] = []
  let trainingRunId = ''
  const onProgress = (event: ProgressEvent) => {
    onEvent?.(event)
    if (event.kind === 'train-start') trainingRunId = event.trainingRunId
    if (event.kind === 'notice') notices.push(`${event.isWarning ? 'warning: ' : ''}${event.message}`)
    if (event.kind === 'checkpoint' && event.rolloutId === stopAfter) control.abort()
    if (event.kind === 'train-step' && event.metrics.rolloutId === stopInRollout) control.abort()
  }
  const recipe = new GrpoRecipe({
    ...{ numRollout: 5, rolloutBatchSize: 2, nSamplesPerPrompt: 3, rolloutMaxResponseLen: 6 },
    ...{ truncatedSamples: 'keep', saveInterval, keepLast, threads: 1, lr: 1e-3 },
    customRmFunction: ({ response }) => response.length,
  })
  const config = new TrainConfig({ model, dataset, recipe })
  const options = { home: into, onProgress, signal: control.signal, ...(resume !== undefined && { resume }) }
  const failure = await config.train(options).then(
    () => null,
    (error: unknown) => error,
  )
  if (failure !== null && !GymError.is(failure)) throw failure
  const root = join(into, 'runs', trainingRunId)
  return { trainingRunId, notices, failure, checkpoints: join(root, 'checkpoints'), states: join(root, 'resume') }
}

async function record(trainingRunId: string) {
  await using store = await openStore({ home })
  return { run: await store.runs.get(trainingRunId), steps: await store.runs.steps(trainingRunId) }
}

const stateOf = (rolloutId: number) => `iter_000000${rolloutId}.safetensors`
const cutOff = async (file: string) => truncate(file, (await stat(file)).size - 5)
const weights = (checkpoints: string) => readFile(join(checkpoints, 'iter_0000004', 'model.safetensors'))

describe('resuming from what is left', () => {
  let whole: string
  let expected: Buffer
  beforeAll(async () => {
    whole = await mkdtemp(join(tmpdir(), 'gym-restore-'))
    expected = await weights((await train(whole)).checkpoints)
  })
  afterAll(() => rm(whole, { recursive: true, force: true }))

  it('keeps two states while it trains and one when it is done', async () => {
    const first = await train(home, { stopAfter: 3 })
    expect(await readdir(first.states)).toEqual([stateOf(2), stateOf(3)])
    const second = await train(home, { resume: first.trainingRunId })
    expect(second.failure).toBeNull()
    expect(await readdir(second.states)).toEqual([stateOf(4)])
    expect((await weights(second.checkpoints)).equals(expected)).toBe(true)
  })

  it.each([
    ['a missing checkpoint', 'checkpoint iter_0000003 is missing, of which there is a resume state'],
    ['damaged weights', 'checkpoint iter_0000003 is damaged'],
    ['a missing state', 'iter_0000003 has no resume state'],
    ['a cut off state', 'the resume state of iter_0000003 cannot be read ('],
  ])('goes on from the checkpoint before %s, says so, and can be resumed there again', async (what, said) => {
    const first = await train(home, { stopAfter: 3 })
    const checkpoint = join(first.checkpoints, 'iter_0000003')
    const state = join(first.states, stateOf(3))
    if (what === 'a missing checkpoint') await rm(checkpoint, { recursive: true })
    if (what === 'damaged weights') await cutOff(join(checkpoint, 'model.safetensors'))
    if (what === 'a missing state') await rm(state)
    if (what === 'a cut off state') await cutOff(state)

    const again = await train(home, { resume: first.trainingRunId, stopAfter: 3 })
    const [notice = ''] = again.notices.filter((line) => line.includes('resuming'))
    expect(notice).toContain(
      `warning: resuming run ${first.trainingRunId} after rollout 3, from ${join(first.checkpoints, 'iter_0000002')}: ${said}`,
    )
    expect(notice).toMatch(/; what was trained after rollout 3 is done again$/)
    expect(notice).not.toContain('download')
    expect(await readdir(again.states)).toEqual([stateOf(2), stateOf(3)])

    const last = await train(home, { resume: first.trainingRunId })
    expect(last.notices).toContain(`resuming run ${first.trainingRunId} after rollout 4, from ${checkpoint}`)
    expect(last.failure).toBeNull()
    expect((await weights(last.checkpoints)).equals(expected)).toBe(true)
  })

  it('throws away nothing when weights are whole and no state is: it names the weights to begin a new run from', async () => {
    const first = await train(home, { stopAfter: 3 })
    for (const rolloutId of [2, 3]) await cutOff(join(first.states, stateOf(rolloutId)))
    const { failure } = await train(home, { resume: first.trainingRunId })
    expect(failure).toMatchObject({ boundary: 'store', code: 'resume-damaged' })
    expect(failure?.message).toContain('the resume state of iter_0000003 cannot be read')
    const checkpoint = join(first.checkpoints, 'iter_0000003')
    expect(failure?.message).toMatch(
      new RegExp(`begin a new run from iter_0000003.* --checkpoint ${checkpoint} \\(in code: checkpoint\\)$`),
    )
    const { run, steps } = await record(first.trainingRunId)
    expect(run).toMatchObject({ state: 'failed', rolloutsDone: 4, error: failure?.message })
    expect(steps).toHaveLength(4)
  })

  it('starts again, and says why, when no checkpoint is whole', async () => {
    const first = await train(home, { stopAfter: 1 })
    for (const name of ['iter_0000000', 'iter_0000001']) await rm(join(first.checkpoints, name, 'config.json'))
    const again = await train(home, { resume: first.trainingRunId })
    expect(again.notices).toContain(
      `warning: resuming run ${first.trainingRunId} from the start, since it has no whole checkpoint: checkpoint iter_0000000 is damaged, checkpoint iter_0000001 is damaged`,
    )
    expect(again.failure).toBeNull()
    expect((await weights(again.checkpoints)).equals(expected)).toBe(true)
  })

  it('never removes the checkpoint that it has just saved in favour of a later one of before the resume', async () => {
    const first = await train(home, { stopAfter: 3, saveInterval: 2 })
    await rm(join(first.states, stateOf(3)))
    const options = { resume: first.trainingRunId, saveInterval: 2, keepLast: 1 }
    const again = await train(home, { ...options, stopInRollout: 2 })
    expect(await readdir(again.checkpoints)).toEqual(['iter_0000002', 'iter_0000003'])
    const last = await train(home, options)
    expect(last.notices[0]).toContain(
      `after rollout 3, from ${join(first.checkpoints, 'iter_0000002')}: iter_0000003 has no`,
    )
    expect((await weights(last.checkpoints)).equals(expected)).toBe(true)
  })

  it('leaves no state behind whose checkpoint could not be written', async () => {
    const blocked = await train(home, {
      onEvent: (event) => {
        // Where the writer puts the folder before it is complete.
        const root = event.kind === 'train-start' ? join(home, 'runs', event.trainingRunId, 'checkpoints') : null
        if (root !== null) mkdirSync(join(root, `.iter_0000000.${process.pid}.partial`), { recursive: true })
      },
    })
    expect(blocked.failure).toMatchObject({ boundary: 'store' })
    expect(await readdir(blocked.states)).toEqual([])
  })

  it('clears what a writer of states left that was killed', async () => {
    const first = await train(home, { stopAfter: 0 })
    const left = join(first.states, `${stateOf(1)}.partial`)
    await writeFile(left, (await readFile(join(first.states, stateOf(0)))).subarray(0, 99))
    await train(home, { resume: first.trainingRunId, stopAfter: 1 })
    expect(existsSync(left)).toBe(false)
  })
})
