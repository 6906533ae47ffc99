import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isCompleteCheckpoint } from '@training-gym/engine'
import { afterAll, beforeAll, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../packages/gym/dist/cli/main.js', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gym-tutorial-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function runTutorial(args: readonly string[], changes: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...changes }
  const child = spawn(process.execPath, [main, 'tutorial', ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, ...output }
}

// The whole walkthrough, as a newcomer runs it: minutes, and the reason why everything else exists.
it('serves, evaluates, trains, trains on and compares: each model is better than the one before', {
  timeout: 900_000,
}, async () => {
  const { code, stdout, stderr } = await runTutorial(['--json', 'report.json', '--seed', '1'])
  expect(stderr.slice(-2000)).not.toMatch(/Error:/)
  expect(code).toBe(0)

  const order = [
    /Base model deployed to http:\/\/127\.0\.0\.1:\d+\/v1/,
    /base: mean score -3\.\d+ {2}\(95% interval/,
    /Checkpoint: .*iter_0000009/,
    /Trained model deployed to http/,
    /trained: mean score/,
    /Checkpoint: .*iter_0000019/,
    /Newly trained model deployed to http/,
    /trained on: mean score/,
    /trained on is better than trained by/,
    /Try next:/,
  ].map((pattern) => stdout.search(pattern))
  expect(order).not.toContain(-1)
  expect([...order].sort((a, b) => a - b)).toEqual(order)
  expect(stderr).toMatch(/rollout +reward +exact +topic/)
  expect(stderr.match(/^ *\d+\/(10|20) +-\d/gm)).toHaveLength(30)

  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))
  expect(report.seed).toBe(1)
  expect(report.evals.map(({ name }: { name: string }) => name)).toEqual(['base', 'trained', 'trained on'])
  for (const { mean, ci, n, exactShare } of report.evals) {
    expect(ci[0]).toBeLessThan(mean)
    expect(ci[1]).toBeGreaterThan(mean)
    expect(n).toBe(800)
    expect(exactShare).toBeGreaterThan(0)
  }
  const verdicts = report.comparisons.map(
    ({ a, b, verdict }: { a: string; b: string; verdict: string }) => `${a} -> ${b}: ${verdict}`,
  )
  expect(verdicts).toContain('base -> trained: better')
  expect(verdicts).toContain('trained -> trained on: better')
  expect(report.runs).toHaveLength(2)
  for (const path of report.runs.flatMap(({ checkpoints }: { checkpoints: string[] }) => checkpoints)) {
    expect(await isCompleteCheckpoint(path)).toBe(true)
  }
  expect(report.peakRssMb).toBeLessThan(1500)
})

it('says in one sentence what Modal needs', async () => {
  const env = { MODAL_CONFIG_PATH: join(folder, 'none.toml'), MODAL_TOKEN_ID: '', MODAL_TOKEN_SECRET: '' }
  const { code, stderr } = await runTutorial(['--compute', 'modal'], env)
  expect(code).toBe(2)
  expect(stderr).toMatch(/error: no credentials for Modal were found; make a token .* set MODAL_TOKEN_ID/)
})
