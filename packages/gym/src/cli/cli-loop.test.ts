import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const smallTraining = ['--rollout-batch-size', '2', '--n-samples-per-prompt', '2']

let folder: string
const running = new Set<ChildProcess>()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-loop-'))
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

/** A running command whose output can be waited for. */
class Command {
  stdout = ''
  stderr = ''
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  #waiting: (() => void)[] = []

  constructor(args: readonly string[], input = '') {
    const { NO_COLOR, FORCE_COLOR, TRAINING_GYM_HOME, ...env } = process.env
    this.child = spawn(process.execPath, [main, ...args], { cwd: folder, env })
    running.add(this.child)
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name]?.on('data', (part) => {
        this[name] += part
        for (const check of this.#waiting) check()
      })
    }
    this.child.stdin?.end(input)
    this.ended = once(this.child, 'close').then(([code]) => {
      running.delete(this.child)
      for (const check of this.#waiting) check()
      return code
    })
  }

  /** Resolves when the output matches; fails when the command ends before that. */
  async waitFor(output: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (pattern.test(this[output])) resolve()
        else if (!running.has(this.child)) reject(new Error(`ended without ${pattern}: ${this.stdout}${this.stderr}`))
      }
      this.#waiting.push(check)
      check()
    })
  }
}

async function cli(args: readonly string[], input?: string) {
  const command = new Command(args, input)
  const code = await command.ended
  return { code, stdout: command.stdout, stderr: command.stderr }
}

describe('the loop on the command line', { timeout: 300_000 }, () => {
  it('evaluates, trains, lists, evaluates the checkpoint and compares', async () => {
    const rows = ['--n-rows', '3', '--n-samples', '2']
    const base = await cli(['eval', '--model', 'tiny-poet', ...rows, '--name', 'base', '--json'])
    expect(base.code).toBe(0)
    expect(JSON.parse(base.stdout)).toMatchObject({ name: 'base', total: 6, scored: 6, failed: 0 })
    expect(base.stderr).toContain('evaluating base  6/6')

    const train = await cli(['train', '--model', 'tiny-poet', '--num-rollout', '1', ...smallTraining, '--json'])
    expect(train.code).toBe(0)
    const { trainingRunId, checkpoint, metrics } = JSON.parse(train.stdout)
    expect(metrics).toHaveLength(1)
    expect(train.stderr).toMatch(/^rollout +reward +exact +topic +dist-2 +line /m)
    expect(train.stderr).toMatch(/^ +1\/1 +-?\d/m)
    expect(JSON.parse(await readFile(join(checkpoint.path, 'config.json'), 'utf8'))).toMatchObject({
      model_type: 'qwen3',
    })

    const list = JSON.parse((await cli(['checkpoints', 'latest', '--json'])).stdout)
    expect(list).toMatchObject({ trainingRunId, checkpoints: [{ name: 'iter_0000000', path: checkpoint.path }] })

    const gated = await cli([
      'eval',
      '--model',
      checkpoint.path,
      ...rows,
      '--name',
      'trained',
      '--require-mean',
      '1',
      '-q',
    ])
    expect(gated.code).toBe(1)
    expect(gated.stdout).toMatch(/^trained: mean score -/m)
    expect(gated.stderr).toMatch(/^failed: the mean is not shown to be at least 1: the lower end of its interval is -/)

    const compared = await cli(['compare', 'base', 'trained', '--json'])
    expect(compared.code).toBe(0)
    expect(JSON.parse(compared.stdout).comparisons).toMatchObject([{ a: 'base', b: 'trained', nPrompts: 3 }])
    const words = await cli(['compare', 'base', 'trained', '--require-better'])
    expect(words.stdout).toMatch(/^evaluation +mean +95% interval .*commonest line$/m)
    expect(words.code).toBe(/^base +trained .*better$/m.test(words.stdout) ? 0 : 1)

    const twice = await cli(['compare', 'trained', 'latest'])
    expect(twice).toMatchObject({ code: 2, stdout: '' })
    expect(twice.stderr).toMatch(
      /^error: trained, latest: evaluation eval-\S+ is among them twice; compare different ones/,
    )
    const copied = await cli(['checkpoints', 'latest', '--download', '--to', 'copy'])
    expect(copied).toMatchObject({ code: 2, stdout: '' })
    expect(copied.stderr).toMatch(/is on this machine already; copy its folder: cp -r \.\/\S+iter_0000000 \.\/copy$/m)

    expect(JSON.parse((await cli(['evals', '--json'])).stdout).evals).toMatchObject([
      { name: 'trained' },
      { name: 'base' },
    ])
    expect((await cli(['evals', 'base', '--samples', '2'])).stdout).toMatch(/^base: mean score -/)
    expect((await cli(['runs', 'latest'])).stdout).toContain(`Next:  training-gym checkpoints ${trainingRunId}`)
  })

  it('trains from a config file with its own data and reward, and evaluates the held-out rows on the way', async () => {
    await writeFile(
      join(folder, 'words.config.ts'),
      `import { defineConfig, GrpoRecipe, InMemoryDataset } from 'training-gym'
       export default defineConfig({
         model: 'tiny-poet',
         dataset: new InMemoryDataset({ rows: [{ input: 'moon' }, { input: 'frog' }] }),
         evalDataset: new InMemoryDataset({ rows: ['snow', 'crow', 'rain'], name: 'held-out' }),
         reward: ({ response }) => ({ score: response.length, words: response.split(/\\s+/).length }),
         recipe: new GrpoRecipe({ numRollout: 5, rolloutBatchSize: 2, nSamplesPerPrompt: 2, rolloutMaxResponseLen: 8 }),
       })`,
    )
    const train = await cli(['train', '--config', 'words.config.ts', '--num-rollout', '1', '--json'])
    expect(train.stderr).toContain('words')
    expect(train.code).toBe(0)
    const [step] = JSON.parse(train.stdout).metrics
    expect(step.rewardMean).toBeGreaterThan(0)
    expect(step.details.words).toBeGreaterThan(0)
    // An evaluation costs time; it is asked for by how often.
    expect(step).not.toHaveProperty('evaluation')

    const often = ['--num-rollout', '2', '--set', 'evalInterval=1', '--json']
    const evaluated = await cli(['train', '--config', 'words.config.ts', ...often])
    expect(evaluated.code).toBe(0)
    expect(evaluated.stderr).toMatch(/^evaluation before training: held-out [\d.]+ \(.*\)$/m)
    expect(evaluated.stderr).toMatch(
      /held out, held-out: mean score [\d.]+ \(.*\) -> [\d.]+ \(.*\), evaluated 3 times$/m,
    )
    const [first, last] = JSON.parse((await cli(['runs', 'latest', '--json'])).stdout).steps
    const ids = [first.evaluationBefore, last.evaluation].map((figures) => figures['held-out'].evalId)
    const compared = JSON.parse((await cli(['compare', ...ids, '--json'])).stdout)
    expect(compared.comparisons).toMatchObject([{ aEvalId: ids[0], bEvalId: ids[1], nPrompts: 3, unpaired: 0 }])
  })

  it('ends with the exit code and the words of what went wrong', async () => {
    await writeFile(
      join(folder, 'broken.config.ts'),
      `export default { model: 'tiny-poet', dataset: 'haiku-topics', reward: function mine() { return Number.NaN } }`,
    )
    const reward = await cli(['train', '--config', 'broken.config.ts', '--num-rollout', '1', ...smallTraining])
    expect(reward.code).toBe(1)
    expect(reward.stderr).toMatch(/^error: reward "mine" returned NaN for sample \d of /m)
    const option = await cli(['train', '--model', 'tiny-poet', '--set', 'learningRate=1'])
    expect(option).toMatchObject({ code: 2, stdout: '' })
    expect(option.stderr).toBe('error: unknown option "learningRate" of GrpoRecipe; did you mean "lr"?\n')
    const model = await cli(['serve', 'tiny-pot'])
    expect(model.code).toBe(2)
    expect(model.stderr).toContain('did you mean "tiny-poet"?')
  })

  it('stops cleanly at Ctrl-C, says how to continue, and continues with the rows and the reward of the start', async () => {
    const rows = ['rain', 'moon', 'frog'].map((input) => JSON.stringify({ input, output: 7 }))
    const job = ['--dataset', 'rows.jsonl', '--reward', 'numeric-answer', '--set', 'rolloutMaxResponseLen=8']
    await writeFile(join(folder, 'rows.jsonl'), rows.join('\n'))
    const args = ['train', '--model', 'tiny-poet', '--num-rollout', '500', ...smallTraining, ...job]
    const first = new Command(args)
    await first.waitFor('stderr', /^ +1\/500 /m)
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(130)
    const [, trainingRunId] = /^Continue it: {2}training-gym train --resume (run-\S+)$/m.exec(first.stderr) ?? []
    expect(first.stderr).not.toContain('can be continued')
    const stopped = JSON.parse((await cli(['runs', 'latest', '--json'])).stdout)
    expect(stopped.run).toMatchObject({ trainingRunId, state: 'interrupted' })
    expect((await cli(['runs', 'latest'])).stdout).not.toContain('can be continued')

    const second = new Command(['train', '--resume', `${trainingRunId}`])
    await second.waitFor('stderr', new RegExp(`^ +${stopped.run.rolloutsDone + 1}/500 `, 'm'))
    second.child.kill('SIGINT')
    expect(await second.ended).toBe(130)
    const resumed = JSON.parse((await cli(['runs', 'latest', '--json'])).stdout)
    expect(resumed.run.trainingRunId).toBe(trainingRunId)
    expect(resumed.run.rolloutsDone).toBeGreaterThan(stopped.run.rolloutsDone)
    expect(resumed.steps.slice(0, stopped.run.rolloutsDone)).toEqual(stopped.steps)
    // The haiku reward, which is meant where none is named, would have other details.
    for (const { details } of resumed.steps) expect(Object.keys(details)).toEqual(['found'])
  })

  it('shows the log of a run in another terminal until it ends there, and ends it from a third', async () => {
    const train = new Command(['train', '--model', 'tiny-poet', '--num-rollout', '500', ...smallTraining])
    await train.waitFor('stderr', /^ +1\/500 /m)
    const follow = new Command(['logs', 'latest', '--follow', '--json'])
    await follow.waitFor('stdout', /^" +1\/500 /m)
    const stop = await cli(['stop', 'latest'])
    expect(stop).toMatchObject({ code: 0, stderr: '' })
    expect(stop.stdout).toMatch(
      /^run run-\S+ is interrupted, with \d+ of 500 rollouts done\n\nNext: {2}training-gym train/,
    )
    expect(await train.ended).toBe(130)
    expect(await follow.ended).toBe(0)
    const lines = follow.stdout.trimEnd().split('\n')
    expect(JSON.parse(lines[0] ?? '')).toMatch(/^training tiny-poet for 500 rollouts, run run-/)
    expect(JSON.parse(lines.at(-1) ?? '')).toMatch(/^ended early: /)
    expect((await cli(['logs', 'latest'])).stdout.split('\n')).toHaveLength(lines.length + 1)
    const again = await cli(['stop', 'latest'])
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('there is nothing to stop') })
  })

  it('serves until Ctrl-C, and meanwhile lists, chats and evaluates', async () => {
    const serve = new Command(['serve', 'tiny-poet', '--port', '0', '--served-model-name', 'poet'])
    await serve.waitFor('stdout', /Ctrl-C stops it\./)
    const url = /^URL +(\S+)$/m.exec(serve.stdout)?.[1] ?? ''
    expect(serve.stdout).toContain(`curl ${url}/chat/completions`)

    const { deployments } = JSON.parse((await cli(['deployments', '--json'])).stdout)
    expect(deployments).toMatchObject([{ state: 'ready', url, servedModelName: 'poet' }])
    const question = 'Write a haiku about rain.\n'
    const chat = await cli(['chat', '--seed', '3', '--json'], question)
    expect(chat.code).toBe(0)
    const { response } = JSON.parse(chat.stdout)
    expect(response).toMatch(/\w/)
    expect((await cli(['chat', url, '--seed', '3'], question)).stdout).toBe(`${response}\n`)
    const evaluated = await cli(['eval', '--url', url, '--n-rows', '2', '--json', '-q'])
    expect(evaluated).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ model: 'poet', total: 2 })

    serve.child.kill('SIGINT')
    expect(await serve.ended).toBe(130)
    expect(JSON.parse((await cli(['deployments', '--json'])).stdout)).toEqual({ deployments: [] })
    const gone = await cli(['chat', url], question)
    expect(gone.code).toBe(3)
  })

  it('stops by "latest" what runs, not what failed to start after it', async () => {
    const serve = new Command(['serve', 'tiny-poet', '--port', '0', '--served-model-name', 'poet'])
    await serve.waitFor('stdout', /Ctrl-C stops it\./)
    const port = /^URL .*:(\d+)\/v1$/m.exec(serve.stdout)?.[1] ?? ''
    const second = await cli(['serve', 'tiny-poet', '--port', port])
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${port} is already in use`) })
    const stop = await cli(['deployments', 'stop', 'latest'])
    expect(stop).toMatchObject({ code: 0, stdout: expect.stringMatching(/^dep-\S+ \(poet\) is stopped\n$/) })
    await serve.ended
    const again = await cli(['deployments', 'stop', 'latest'])
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing is served from') })
  })

  it('says after a training how to evaluate it by the same rows and the same reward', async () => {
    await writeFile(join(folder, 'own rows.jsonl'), '{"input":"rain","output":"1"}\n{"input":"snow","output":"2"}\n')
    const task = ['--model', 'tiny-poet', '--dataset', 'own rows.jsonl', '--reward', 'exact-match']
    const train = await cli(['train', ...task, '--num-rollout', '1', ...smallTraining])
    expect(train.code).toBe(0)
    expect(train.stdout).toMatch(
      /^ {2}training-gym eval --model \S+iter_0000000 --dataset 'own rows\.jsonl' --reward exact-match --name trained$/m,
    )
  })
})
