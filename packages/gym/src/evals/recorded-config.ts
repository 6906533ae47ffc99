import { z } from 'zod'
import type { EvalRecord } from '../store/records.js'
import { gateSchema } from './gates.js'
import type { RowsQuestion } from './summarise-rows.js'

/** Written by startedRecord; fields that older versions did not write have defaults. */
const schema = z.object({
  dataset: z.string().default(''),
  scorers: z.array(z.string()).min(1).optional(),
  scorer: z.string().optional(),
  nRows: z.int().optional(),
  nSamples: z.int().min(1).default(1),
  seed: z.int().min(0).default(0),
  promptColumn: z.string().optional(),
  trainingRunId: z.string().optional(),
  generateKwargs: z.record(z.string(), z.unknown()).default({}),
  maxConcurrency: z.int().min(1).optional(),
  passThreshold: z.number().optional(),
  gate: gateSchema.default({}),
})

/** What the record of an evaluation says of how it was made. */
export type RecordedConfig = Omit<z.output<typeof schema>, 'scorers'> & { readonly scorers: readonly string[] }

/** Reads the configuration in an evaluation's record. */
export function recordedConfig(record: Pick<EvalRecord, 'config'>): RecordedConfig {
  const config = schema.parse(record.config)
  return { ...config, scorers: config.scorers ?? [config.scorer || 'reward'] }
}

/** Says what the record of an evaluation was asked to find out. */
export function questionOf(record: Pick<EvalRecord, 'config' | 'name'>): RowsQuestion {
  const { scorers, seed, nSamples, passThreshold, gate } = recordedConfig(record)
  return { name: record.name, seed, scorers, nSamples, passThreshold, gate }
}
