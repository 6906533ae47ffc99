import { existsSync, mkdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../datasets/in-memory-dataset.js'
import { GymError } from '../errors.js'
import type { ProgressEvent } from '../progress.js'
import { openStore } from '../store/open-store.js'
import type { Reward } from '../trip.js'
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
  readonly reward?: Reward
  readonly onEvent?: (event: ProgressEvent) => void
}

const longer: Reward = ({ response }) => response.length

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-restore-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** Trains five rollouts, or as far as it goes; says what became of it and what it told. */
async function train(
  into: string,
  { resume, stopAfter, stopInRollout, saveInterval = 1, keepLast = 0, reward = longer, onEvent }: Options = {},
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
    customRmFunction: reward,
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
const weights = (checkpoints: string, rolloutId = 4) =>
  readFile(join(checkpoints, `iter_000000${rolloutId}`, 'model.safetensors'))

const noKey: Reward = () => {
  throw new Error('no key')
}

/** Leaves a checkpoint as whole as before to whoever looks at names and sizes, and unreadable for the engine. */
async function renameTensor(checkpoint: string) {
  const file = join(checkpoint, 'model.safetensors')
  const bytes = await readFile(file)
  bytes.write('modem.norm.weight', bytes.indexOf('model.norm.weight'))
  await writeFile(file, bytes)
}

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
    ['unreadable weights', 'checkpoint iter_0000003 cannot be read ('],
  ])('goes on from the checkpoint before %s, says so, and can be resumed there again', async (what, said) => {
    const first = await train(home, { stopAfter: 3 })
    const checkpoint = join(first.checkpoints, 'iter_0000003')
    const state = join(first.states, stateOf(3))
    if (what === 'a missing checkpoint') await rm(checkpoint, { recursive: true })
    if (what === 'damaged weights') await cutOff(join(checkpoint, 'model.safetensors'))
    if (what === 'a missing state') await rm(state)
    if (what === 'a cut off state') await cutOff(state)
    if (what === 'unreadable weights') await renameTensor(checkpoint)

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

  it('names only weights to begin a new run from that it could read, and says so where there are none', async () => {
    const first = await train(home, { stopAfter: 3 })
    for (const rolloutId of [2, 3]) await renameTensor(join(first.checkpoints, `iter_000000${rolloutId}`))
    const { failure } = await train(home, { resume: first.trainingRunId })
    expect(failure).toMatchObject({ boundary: 'store', code: 'resume-damaged' })
    expect(failure?.message).toMatch(
      /cannot be resumed: iter_0000001 has no resume state, checkpoint iter_0000002 cannot be read \(.*checkpoint iter_0000003 cannot be read \(.*; begin a new run from iter_0000001, whose weights are whole/,
    )

    for (const rolloutId of [0, 1]) await rm(join(first.checkpoints, `iter_000000${rolloutId}`), { recursive: true })
    const last = await train(home, { resume: first.trainingRunId })
    expect(last.failure).toMatchObject({ boundary: 'store', code: 'resume-damaged' })
    expect(last.failure?.message).toMatch(
      /checkpoint iter_0000003 cannot be read \(.*; none of its checkpoints can be read: put one and its resume state back from a copy, or begin a new run without --resume \(in code: resume\)$/,
    )
    expect(last.failure?.message).not.toContain('whose weights are whole')
  })

  it('keeps no unreadable checkpoint of which none is due when it is done again', async () => {
    const first = await train(home, { stopAfter: 3, saveInterval: 2 })
    await renameTensor(join(first.checkpoints, 'iter_0000003'))
    const again = await train(home, { resume: first.trainingRunId, saveInterval: 2, stopInRollout: 2 })
    expect(await readdir(again.checkpoints)).toEqual(['iter_0000001', 'iter_0000002'])
  })

  it('takes weights and state from one try, and leaves the old weights to whoever has them open', async () => {
    const first = await train(home, { stopAfter: 3 })
    const state = join(first.states, stateOf(3))
    const before = { weights: await weights(first.checkpoints, 3), state: await readFile(state) }
    await cutOff(state)
    const served = await open(join(first.checkpoints, 'iter_0000003', 'model.safetensors'))
    try {
      const other: Reward = ({ response }) => -response.length
      await train(home, { resume: first.trainingRunId, stopAfter: 3, reward: other })
      expect((await weights(first.checkpoints, 3)).equals(before.weights)).toBe(false)
      expect((await readFile(state)).equals(before.state)).toBe(false)
      expect((await served.readFile()).equals(before.weights)).toBe(true)
    } finally {
      await served.close()
    }
    expect(await readdir(first.checkpoints)).toEqual([0, 1, 2, 3].map((rolloutId) => `iter_000000${rolloutId}`))
    expect(await readdir(first.states)).toEqual([stateOf(2), stateOf(3)])
  })

  it('keeps the old weights, without a state, where the new ones could not be written in their place', async () => {
    const first = await train(home, { stopAfter: 3 })
    const before = await weights(first.checkpoints, 3)
    await rm(join(first.states, stateOf(3)))
    const blocked = await train(home, {
      resume: first.trainingRunId,
      onEvent: ({ kind }) => {
        if (kind !== 'train-resumed') return
        // Where the writer puts the folder before it is complete.
        mkdirSync(join(first.checkpoints, `..iter_0000003.anew.partial.${process.pid}.partial`))
      },
    })
    expect(blocked.failure).toMatchObject({ boundary: 'store' })
    expect((await weights(first.checkpoints, 3)).equals(before)).toBe(true)
    expect(await readdir(first.states)).toEqual([stateOf(2)])
    const last = await train(home, { resume: first.trainingRunId })
    expect((await weights(last.checkpoints)).equals(expected)).toBe(true)
  })

  it('clears what a writer left that was killed while it replaced a checkpoint', async () => {
    const first = await train(home, { stopAfter: 3 })
    const [folder, state] = [join(first.checkpoints, 'iter_0000003'), join(first.states, stateOf(3))]
    await cp(folder, join(first.checkpoints, '.iter_0000003.anew.partial'), { recursive: true })
    await rename(state, `${state}.anew.partial`)
    const again = await train(home, { resume: first.trainingRunId, reward: noKey })
    expect(again.notices.join('\n')).toContain('iter_0000003 has no resume state; what was trained after rollout 3 is')
    // Killed between the two names: there is nothing of it, and nothing to tell.
    await rename(folder, join(first.checkpoints, '.iter_0000003.removed.partial'))
    const last = await train(home, { resume: first.trainingRunId })
    const from = join(first.checkpoints, 'iter_0000002')
    expect(last.notices).toContain(`resuming run ${first.trainingRunId} after rollout 3, from ${from}`)
    expect((await readdir(first.checkpoints)).filter((name) => name.startsWith('.'))).toEqual([])
    expect((await weights(last.checkpoints)).equals(expected)).toBe(true)
  })

  it.each([
    ['its first checkpoint was being written', true],
    ['its only checkpoint is missing', false],
  ])('tells once what is left of a run when %s', async (_, isPartial) => {
    const first = await train(home, { stopAfter: 0 })
    await rm(join(first.checkpoints, 'iter_0000000'), { recursive: true })
    if (isPartial) await mkdir(join(first.checkpoints, '.iter_0000000.99.partial'))
    const again = await train(home, { resume: first.trainingRunId, reward: noKey })
    const missing = 'it has no whole checkpoint: checkpoint iter_0000000 is missing, of which there is a resume state'
    const start = `resuming run ${first.trainingRunId} from the start, since`
    expect(again.notices).toContain(isPartial ? `${start} it had no checkpoint yet` : `warning: ${start} ${missing}`)
    expect(await readdir(first.states)).toEqual([])
    const last = await train(home, { resume: first.trainingRunId, stopAfter: 0 })
    expect(last.notices).toContain(`${start} it had no checkpoint yet`)
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
