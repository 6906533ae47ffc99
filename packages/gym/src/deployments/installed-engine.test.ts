import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { untilGone } from '../compute/until-gone.test.support.js'
import { GymError } from '../errors.js'
import { Qwen3_4B } from '../models/catalogue.js'
import { HuggingFaceModel } from '../models/hugging-face-model.js'
import { listen } from '../server/listen.js'
import { openStore } from '../store/open-store.js'
import { isProcessAlive } from '../store/process-liveness.js'
import { DeploymentConfig, type DeploymentOptions } from './deployment-config.js'
import { SglangRecipe } from './sglang-recipe.js'
import { type StandInTrait, writeStandIns } from './stand-in-engine.test.support.js'
import { listDeployments, stopDeployment } from './stored-deployments.js'
import { VllmRecipe, type VllmRecipeOptions } from './vllm-recipe.js'

const tinyPoet = fileURLToPath(new URL('../../../../models/tiny-poet', import.meta.url))

let home: string
let bin: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'installed-engine-'))
  bin = await writeStandIns(join(home, 'bin'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

const envWith = (...traits: StandInTrait[]) => ({ PATH: bin, STAND_IN: traits.join(',') })

function vllm(traits: StandInTrait[] = [], options: VllmRecipeOptions = {}) {
  return new VllmRecipe({ env: envWith(...traits), ...options })
}

function serve(options: Partial<DeploymentOptions>, signal?: AbortSignal) {
  return new DeploymentConfig({ model: new Qwen3_4B(), ...options }).serve({ home, signal })
}

async function failureOf(work: Promise<unknown>): Promise<GymError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  )
  if (!GymError.is(error)) throw error
  return error
}

async function newest() {
  await using store = await openStore({ home })
  return (await store.deployments.list({ limit: 1 }))[0]!
}

/** What the newest stand-in said of itself in its log. */
async function said(): Promise<{ args: string[]; pid: number; worker?: number }> {
  const { deploymentId } = await newest()
  const lines = (await readFile(join(home, 'logs', `${deploymentId}.log`), 'utf8')).split('\n')
  return Object.assign({}, ...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)))
}

describe('serving with an engine of this machine', () => {
  it('starts vLLM on a repository, waits until it is ready, answers, is recorded, and stops with its workers', async () => {
    const recipe = vllm(['slow', 'has-worker'], {
      maxModelLen: 8192,
      gpuMemoryUtilization: 0.85,
      enforceEager: true,
      enablePrefixCaching: false,
      enableLora: true,
      loraModules: { haiku: './adapter' },
      extraArgs: ['--uvicorn-log-level', 'info'],
    })
    const deployment = await serve({ recipe, isDetached: false })
    const port = new URL(deployment.url).port
    const { args, pid, worker } = await said()
    expect(args).toEqual([
      'serve',
      'Qwen/Qwen3-4B',
      '--served-model-name=Qwen3-4B',
      '--host=127.0.0.1',
      `--port=${port}`,
      '--max-model-len=8192',
      '--gpu-memory-utilization=0.85',
      '--enforce-eager',
      '--no-enable-prefix-caching',
      '--enable-lora',
      '--lora-modules',
      'haiku=./adapter',
      '--generation-config=vllm',
      '--uvicorn-log-level',
      'info',
    ])
    expect((await deployment.generate('rain')).text).toBe('Qwen3-4B heard rain')
    expect(await newest()).toMatchObject({ state: 'ready', modelPath: 'Qwen/Qwen3-4B', url: deployment.url })
    expect(isProcessAlive(worker!)).toBe(true)

    await deployment.stop()
    await untilGone(pid)
    await untilGone(worker!)
    expect(await deployment.ended).toEqual({ kind: 'stopped' })
    expect(await newest()).toMatchObject({ state: 'stopped', error: null })
  })

  it('starts SGLang on a folder in place of the model, and ends one that ignores SIGTERM', async () => {
    const recipe = new SglangRecipe({ env: envWith('ignores-sigterm'), tpSize: 1, disableRadixCache: false })
    const deployment = await serve({ checkpoint: tinyPoet, servedModelName: 'poet', recipe, port: 0 })
    const { args, pid } = await said()
    expect(args).toEqual([
      '-m',
      'sglang.launch_server',
      `--model-path=${tinyPoet}`,
      '--served-model-name=poet',
      '--host=127.0.0.1',
      `--port=${new URL(deployment.url).port}`,
      '--tp-size=1',
      '--sampling-defaults=openai',
    ])
    await deployment.stop()
    await untilGone(pid)
    expect(await newest()).toMatchObject({ state: 'stopped' })
  })

  it('asks for the revision that the model names', async () => {
    const model = new HuggingFaceModel('Qwen/Qwen3-0.6B', { revision: 'v2' })
    await using _ = await serve({ model, recipe: vllm() })
    expect((await said()).args).toContain('--revision=v2')
  })

  it('says which program is missing and how to get it', async () => {
    const missing = await failureOf(serve({ recipe: vllm([], { env: { PATH: home } }) }))
    expect(missing).toMatchObject({ boundary: 'config', code: 'program-missing' })
    expect(missing.message).toBe(
      'there is no program "vllm" to start vLLM; install it (pip install vllm==0.13.0) or give its path: new VllmRecipe({ executable: \'/path/to/vllm\' })',
    )
    const module = await failureOf(serve({ recipe: new SglangRecipe({ env: envWith('has-no-module') }) }))
    expect(module).toMatchObject({ boundary: 'config', code: 'program-missing' })
    expect(module.message).toMatch(/^"python3" has no SGLang \(no module named sglang\); install it/)
  })

  it('says that there is no GPU, or too few, unless none is needed', async () => {
    const without = await writeStandIns(join(home, 'no-gpu'), null)
    const none = await failureOf(serve({ recipe: vllm([], { env: { PATH: without } }) }))
    expect(none).toMatchObject({ boundary: 'engine', code: 'no-gpu' })
    expect(none.message).toMatch(/^vLLM needs an NVIDIA GPU and nvidia-smi is missing or finds no driver; serve on a/)
    const empty = await writeStandIns(join(home, 'empty'), 0)
    expect((await failureOf(serve({ recipe: vllm([], { env: { PATH: empty } }) }))).message).toContain('lists none')
    const few = await failureOf(serve({ recipe: vllm([], { tensorParallelSize: 4 }) }))
    expect(few.message).toBe("vLLM is to use 4 GPUs and this machine has 1; lower the recipe's parallel sizes")
    await using deployment = await serve({ recipe: vllm([], { env: { PATH: without }, needsNvidiaGpu: false }) })
    expect((await deployment.generate('rain')).text).toContain('rain')
  })

  it('says how an engine crashed at its start, with the end of its log or what to change', async () => {
    const crash = await failureOf(serve({ recipe: vllm(['crashes-at-start']) }))
    expect(crash).toMatchObject({ boundary: 'engine', code: 'server-died' })
    expect(crash.message).toMatch(/^vLLM, starting "Qwen3-4B", ended with exit code 1; .*ValueError: the model has 12/s)
    expect(await newest()).toMatchObject({ state: 'failed', error: crash.message })
    expect(isProcessAlive((await newest()).pid!)).toBe(false)
    const memory = await failureOf(serve({ recipe: vllm(['lacks-memory']) }))
    expect(memory.message).toBe(
      'vLLM ran out of GPU memory; lower maxModelLen or gpuMemoryUtilization, use more GPUs, or end what else uses them (nvidia-smi)',
    )
  })

  it('says how an engine crashed later, and records it without being asked', async () => {
    await using deployment = await serve({ recipe: vllm() })
    const failure = await failureOf(deployment.generate('crash', { retries: 0 }))
    expect(failure).toMatchObject({ boundary: 'engine', code: 'deployment-died' })
    expect(failure.message).toContain('CUDA error: an illegal memory access')
    expect(await deployment.ended).toMatchObject({ kind: 'died', error: { message: failure.message } })
    expect(await newest()).toMatchObject({ state: 'failed', error: failure.message })
  })

  it('names the port that is in use', async () => {
    const taken = await listen(0, () => new Response())
    const port = Number(new URL(taken.origin).port)
    const failure = await failureOf(serve({ recipe: vllm(), port }))
    expect(failure).toMatchObject({ boundary: 'config', code: 'port-in-use' })
    expect(failure.message).toContain(`port ${port} is already in use; stop the program that has it, or give another`)
    await taken.close()
  })

  it('gives up on a start that takes too long or is aborted, and leaves nothing running', async () => {
    const late = await failureOf(serve({ recipe: vllm(['never-ready']), startTimeoutMs: 1500 }))
    expect(late).toMatchObject({ boundary: 'engine', code: 'start-timeout' })
    expect(late.message).toContain('vLLM did not serve "Qwen3-4B" within 1.5 s; raise startTimeoutMs or see its log')
    expect(isProcessAlive((await newest()).pid!)).toBe(false)

    const controller = new AbortController()
    const starting = serve({ recipe: vllm(['never-ready']), appName: 'aborted' }, controller.signal)
    while ((await newest()).appName !== 'aborted') await new Promise((resolve) => setTimeout(resolve, 10))
    controller.abort()
    expect(await failureOf(starting)).toMatchObject({ boundary: 'interrupted', code: 'aborted' })
    expect(isProcessAlive((await newest()).pid!)).toBe(false)
  })

  it('can be stopped from elsewhere, while it starts and when it serves', async () => {
    const deployment = await serve({ recipe: vllm() })
    expect((await listDeployments({ home }))[0]).toMatchObject({ state: 'ready', pid: deployment.pid })
    expect(await stopDeployment(deployment.deploymentId, { home })).toMatchObject({ state: 'stopped' })
    expect(await deployment.ended).toEqual({ kind: 'stopped' })
    expect(await newest()).toMatchObject({ state: 'stopped', error: null })

    const starting = failureOf(serve({ recipe: vllm(['never-ready']), appName: 'starting' }))
    while ((await newest()).appName !== 'starting') await new Promise((resolve) => setTimeout(resolve, 10))
    await stopDeployment('starting', { home })
    expect(await starting).toMatchObject({ code: 'deployment-stopped' })
    expect(await newest()).toMatchObject({ appName: 'starting', state: 'stopped', error: null })
  })
})

describe('an engine and the script that started it', () => {
  it('end together when the script is killed with -9', async () => {
    const module = JSON.stringify(new URL('../../dist/deployments/deployment-config.js', import.meta.url).href)
    const recipeModule = JSON.stringify(new URL('../../dist/deployments/vllm-recipe.js', import.meta.url).href)
    const env = JSON.stringify(envWith('has-worker'))
    const script = `import { DeploymentConfig } from ${module}
      import { VllmRecipe } from ${recipeModule}
      const recipe = new VllmRecipe({ env: ${env} })
      await new DeploymentConfig({ model: 'qwen3-4b', recipe }).serve({ home: ${JSON.stringify(home)} })
      console.log('up')
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve, reject) => {
      parent.stdout.once('data', resolve)
      parent.once('exit', reject)
    })
    const { pid, worker } = await said()
    expect([isProcessAlive(pid), isProcessAlive(worker!)]).toEqual([true, true])
    parent.kill('SIGKILL')
    await untilGone(pid)
    await untilGone(worker!)
  })
})

describe('the recipes', () => {
  it('name mistyped options and flags that are not theirs to give', () => {
    const mistyped = { dtype: 'auto', maxModelLength: 8192 }
    expect(() => new VllmRecipe(mistyped)).toThrow(
      'unknown option "maxModelLength" of VllmRecipe; did you mean "maxModelLen"?',
    )
    expect(() => new SglangRecipe({ memFractionStatic: 2 })).toThrow(
      '"memFractionStatic" of SglangRecipe must be at most',
    )
    expect(() => new VllmRecipe({ extraArgs: ['--port=1'] })).toThrow(
      'must not hold --port, which the gym sets: give it as port of DeploymentConfig',
    )
  })
})
