import { execFile } from 'node:child_process'
import { expect, it } from 'vitest'

/** Scores with a reward in a process of its own, which says so when it got to its end. */
function score(reward: string, options: string) {
  const module = new URL('../../dist/rewards/score-sample.js', import.meta.url).href
  const source = `import { scoreSample } from ${JSON.stringify(module)}
    const sample = { prompt: 'p', response: 'r', row: { input: 'rain', columns: {} }, sampleIndex: 0 }
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    const hold = (ms) => { const end = Date.now() + ms; while (Date.now() < end); }
    ${reward}
    const scored = await scoreSample(reward, sample, ${options}).catch(({ code }) => code)
    console.log(JSON.stringify(scored))`
  return new Promise<{ signal: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', source], { timeout: 90_000 }, (error, stdout, stderr) =>
      resolve({ signal: error?.signal, stdout, stderr }),
    )
  })
}

it.each([
  ['a loop behind an await', 'const reward = async () => { await pause(1); for (;;); }'],
  ['a thenable that gives itself', 'const self = { then: (done) => done(self) }; const reward = () => self'],
])('ends a process whose reward holds the thread by %s, and says which', { timeout: 120_000 }, async (_, reward) => {
  const { signal, stdout, stderr } = await score(reward, '{ timeLimitMs: 100, rewardName: "looping" }')
  expect({ signal, stdout }).toEqual({ signal: 'SIGKILL', stdout: '' })
  expect(stderr).toMatch(
    /^error: reward "looping" has held the thread for \d+ s after its first await, .*--resume latest\n$/,
  )
})

it('leaves alone what is slow but gives way, and keeps no process alive', { timeout: 120_000 }, async () => {
  const reward = 'const reward = async () => { for (let i = 0; i < 8; i++) { hold(900); await pause(1) } return 3 }'
  const { signal, stdout, stderr } = await score(reward, '{ timeLimitMs: 60_000 }')
  expect({ signal, stderr, stdout: JSON.parse(stdout) }).toMatchObject({
    signal: undefined,
    stderr: '',
    stdout: { kind: 'scored', score: 3 },
  })
})
