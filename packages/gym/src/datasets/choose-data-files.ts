import { didYouMean } from '../options/did-you-mean.js'

export type DataFormat = 'parquet' | 'jsonl' | 'csv'

/** Files of one split, or why there are none. */
export type DataFileChoice =
  | { readonly kind: 'chosen'; readonly format: DataFormat; readonly paths: readonly string[] }
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-config'; readonly configs: readonly string[] }
  | { readonly kind: 'several-configs'; readonly configs: readonly string[] }
  | { readonly kind: 'no-split'; readonly splits: readonly string[] }

interface DataFile {
  readonly path: string
  readonly format: DataFormat
  readonly split: string
  readonly config: string
}

const extensions: readonly (readonly [RegExp, DataFormat])[] = [
  [/\.parquet$/, 'parquet'],
  [/\.(jsonl|ndjson)(\.gz)?$/, 'jsonl'],
  [/\.csv(\.gz)?$/, 'csv'],
]

/** Words that repositories use for a split, and the split's usual name. */
const splitWords: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
}

/**
 * Chooses the files of a split among a repository's paths, by the hub's naming habits: `train-00000-of-00002.parquet`,
 * `data/train.jsonl`, `config/train/0000.parquet`. A file that names no split belongs to `train`. A folder is a config,
 * unless it is `data` or names a split; without `config` there must be only one, or one called `default`.
 *
 * Not covered: `data_files` in a README's front matter.
 */
export function chooseDataFiles(
  paths: readonly string[],
  format: DataFormat,
  wanted: { readonly split: string; readonly config?: string | undefined },
): DataFileChoice {
  const files = paths.flatMap(dataFile).filter((file) => file.format === format)
  if (files.length === 0) return { kind: 'no-data' }

  const configs = distinct(files.map((file) => file.config))
  const config = wanted.config ?? (configs.length === 1 ? configs[0] : configs.find((one) => one === 'default'))
  if (config === undefined) return { kind: 'several-configs', configs }
  const ofConfig = files.filter((file) => file.config === config)
  if (ofConfig.length === 0) return { kind: 'no-config', configs }

  const splits = distinct(ofConfig.map((file) => file.split))
  const split = matchingSplit(wanted.split, splits)
  if (split === undefined) return { kind: 'no-split', splits }
  const chosen = ofConfig.filter((file) => file.split === split).map((file) => file.path)
  return { kind: 'chosen', format, paths: chosen.sort() }
}

/** Says why nothing was chosen, as the end of a sentence that begins with the repository. */
export function whyNotChosen(
  choice: Exclude<DataFileChoice, { kind: 'chosen' }>,
  wanted: { readonly split: string; readonly config?: string | undefined },
): string {
  switch (choice.kind) {
    case 'no-data':
      return 'has no parquet, JSONL or CSV file; download it yourself and use JsonlDataset'
    case 'several-configs':
      return `has several configs (${choice.configs.join(', ')}); choose one with hfConfig`
    case 'no-config':
      return `has no config "${wanted.config}"${hint(wanted.config ?? '', choice.configs)}`
    case 'no-split':
      return `has no split "${wanted.split}"${hint(wanted.split, choice.splits)}`
  }
}

function hint(word: string, known: readonly string[]): string {
  const near = didYouMean(word, known)
  return `${near === undefined ? '' : `; did you mean "${near}"?`} (it has ${known.join(', ')})`
}

function dataFile(path: string): DataFile[] {
  const known = extensions.find(([extension]) => extension.test(path))
  if (known === undefined || path.startsWith('.')) return []
  const segments = path.replace(known[0], '').split('/')
  const stem = (segments.pop() ?? '').replace(/-\d{5}-of-\d{5}.*$/, '')
  // The hub's own conversion writes `config/split/0000.parquet`, or `config/partial-split/...` for part of a big one.
  const isNumbered = /^\d+$/.test(stem) && segments.length > 0
  const splitFolder = isNumbered ? segments.length - 1 : segments.findLastIndex((one) => splitWords[one] !== undefined)
  const folder = segments[splitFolder]?.replace(/^partial-/, '')
  const split = (isNumbered ? undefined : splitOfStem(stem)) ?? folder ?? 'train'
  const rest = segments.filter((segment, at) => at !== splitFolder && segment !== 'data')
  return [{ path, format: known[1], split: splitWords[split] ?? split, config: rest.join('/') || 'default' }]
}

/** `train_sft` is a split of its own; `haiku-train` and `train.2024` are `train`. */
function splitOfStem(stem: string): string | undefined {
  const words = stem.toLowerCase().split(/[-_. ]+/)
  const word = words.find((one) => splitWords[one] !== undefined)
  if (word === undefined) return undefined
  return words[0] === word && stem.startsWith(`${word}_`) ? stem : word
}

/** The split itself, its usual name, or the only one that begins with it (`train_data` for `train`). */
function matchingSplit(wanted: string, splits: readonly string[]): string | undefined {
  const usual = splitWords[wanted]
  const exact = splits.find((one) => one === wanted) ?? splits.find((one) => one === usual)
  if (exact !== undefined) return exact
  const begun = splits.filter((one) => one.startsWith(`${wanted}_`))
  return begun.length === 1 ? begun[0] : undefined
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}
