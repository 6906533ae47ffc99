// What becomes of training runs elsewhere when something goes wrong: RUNS small runs (default 100) on a stand-in for Modal,
// each with one fault at a moment that its seed decides, continued until it is complete. Two runs at a time, each with a
// control plane of its own. Prints a table and ends with code 1 when anything was orphaned, lost, doubled or unexplained.
//
//   npm run --silent build && node bench/remote-faults.mjs
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const remote = '../packages/gym/dist/training/remote'
const runs = Number(process.env.RUNS ?? 100)
const lanes = 2

if (process.argv[2] === 'lane') await runLane(Number(process.argv[3]))
else await runAll()

async function runAll() {
  const { faults } = await import(`${remote}/fault-trial.test.support.js`)
  const from = performance.now()
  const reports = []
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const child = fork(fileURLToPath(import.meta.url), ['lane', String(lane)], { stdio: 'inherit' })
      child.on('message', (report) => {
        reports.push(report)
        for (const problem of report.problems) console.log(`seed ${report.seed}, ${report.fault}: ${problem}`)
        process.stderr.write(`\r${reports.length} of ${runs} runs`)
      })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`lane ${lane} ended with code ${code}`)
    }),
  )
  process.stderr.write('\r')
  const rows = Object.keys(faults).map((fault) => {
    const own = reports.filter((report) => report.fault === fault)
    const failures = own.flatMap((report) => report.failures)
    const count = (pattern) => own.filter(({ problems }) => problems.some((problem) => pattern.test(problem))).length
    return {
      fault,
      runs: own.length,
      'failures told': failures.length,
      as: [...new Set(failures)].join(', '),
      orphans: count(/^orphan/),
      'lost checkpoints': count(/^(lost )?checkpoint/),
      'wrong metrics': count(/^other metrics|samples$/),
      unexplained: count(/no word|sentence|ended as/),
    }
  })
  console.table(rows)
  const bad = reports.filter(({ problems }) => problems.length > 0)
  const seconds = Math.round((performance.now() - from) / 1000)
  console.log(`${reports.length} runs, ${bad.length} with problems, ${seconds} s`)
  if (bad.length > 0 || reports.length !== runs) process.exitCode = 1
}

async function runLane(lane) {
  const { faultTrial, undisturbedMetrics } = await import(`${remote}/fault-trial.test.support.js`)
  const { startRemoteWorld } = await import(`${remote}/remote-runs.test.support.js`)
  const world = await startRemoteWorld()
  try {
    Object.assign(process.env, world.modal.env)
    const undisturbed = await undisturbedMetrics(world)
    for (let seed = lane; seed < runs; seed += lanes) process.send(await faultTrial(world, seed, undisturbed))
  } finally {
    await world[Symbol.asyncDispose]()
    process.disconnect()
  }
}
