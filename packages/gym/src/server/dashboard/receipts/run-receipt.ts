import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { RunRecord, SampleRecord } from '../../../store/records.js'
import { runWithoutSecrets } from '../../../training/recorded-secrets.js'
import { explainRunStep } from '../explain-run-step.js'
import { runCheckpoints } from '../run-checkpoints.js'
import { scoreInterval } from '../score-interval.js'
import { shownText } from '../shown-text.js'
import { createColumnsReader } from '../step-columns.js'
import { thinColumns } from '../thin-columns.js'
import { dataWithoutPlaces, placeName, placesAround } from './for-strangers.js'
import { type Receipt, type ReceiptSource, sealReceipt } from './receipt.js'
import { versions } from './versions.js'

/** Points of a curve, and samples shown of the first and of the last rollout. */
const CURVE_POINTS = 500
const SHOWN_SAMPLES = 16

/** Makes the receipt of a run: what it was given, what it measured, and what it wrote first and last. */
export async function runReceipt(source: ReceiptSource, run: RunRecord): Promise<Receipt> {
  const { store, home, clock } = source
  const { trainingRunId, config, pid: _pid, remote, ...facts } = runWithoutSecrets(run)
  const places = placesAround(home)
  // Elsewhere it is a path of the machine that trained, and says which run it came from.
  const startPath = remote === undefined ? placeName(run.startPath, places) : run.startPath
  const columns = await createColumnsReader(store)(run)
  const last = columns.rolloutIds.at(-1)
  const rollouts = last === undefined ? [] : [...new Set([columns.rolloutIds[0] ?? 0, last])]
  const intervals = []
  const samples = []
  for (const rolloutId of rollouts) {
    const groups = await store.runs.groupScores(trainingRunId, rolloutId)
    const rewardMean = columns.figures.get('rewardMean')?.[columns.rolloutIds.indexOf(rolloutId)]
    intervals.push({ rollout: rolloutId + 1, rewardMean, interval95: scoreInterval(groups), prompts: groups.length })
    const written = await store.runs.samples(trainingRunId, rolloutId)
    samples.push({
      rollout: rolloutId + 1,
      of: written.length,
      shown: written.slice(0, SHOWN_SAMPLES).map(sampleFacts),
    })
  }
  const explained = last === undefined ? undefined : await explainRunStep(store, run, last)
  return sealReceipt(`Training run ${trainingRunId}`, {
    run: dataWithoutPlaces({ trainingRunId, ...facts, startPath }, places),
    configuration: dataWithoutPlaces(config, places),
    data: config.dataset ?? 'not recorded',
    intervals,
    curves: thinColumns(columns, { points: CURVE_POINTS }),
    'what the last rollout says': explained?.findings ?? [],
    samples,
    checkpoints: await checkpointFacts(source, run),
    versions: versions(clock()),
  })
}

function sampleFacts({ groupIndex, sampleIndex, input, response, score, advantage, details }: SampleRecord) {
  const texts = { prompt: shownText(input).text, response: shownText(response).text }
  return {
    prompt: texts.prompt,
    response: texts.response,
    score,
    advantage,
    details,
    place: `${groupIndex}.${sampleIndex}`,
  }
}

async function checkpointFacts({ store, home }: ReceiptSource, run: RunRecord) {
  const checkpoints = (await runCheckpoints({ store, home }, run)).toReversed()
  const newest = checkpoints.at(-1)?.name
  return await Promise.all(
    checkpoints.map(async ({ name, rolloutId, path, createdAt, exported }) => {
      const file = exported === 'here' && path !== null ? join(path, 'model.safetensors') : null
      // The newest is the one that is passed on; reading all weights of a long run would take minutes.
      const isSummed = file !== null && name === newest && existsSync(file)
      return {
        name,
        afterRollout: rolloutId + 1,
        createdAt: createdAt ?? 'not recorded',
        isComplete: exported === 'unknown' ? 'not recorded' : true,
        weightsSha256: isSummed ? await fileSum(file) : 'not computed',
      }
    }),
  )
}

async function fileSum(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
