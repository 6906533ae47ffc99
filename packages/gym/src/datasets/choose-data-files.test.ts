import { expect, it } from 'vitest'
import { chooseDataFiles } from './choose-data-files.js'

const choose = (paths: string[], split: string, config?: string) => chooseDataFiles(paths, 'parquet', { split, config })

it.each([
  ['train', ['data/train-00001-of-00002.parquet', 'data/train-00000-of-00002-a1b2.parquet'], [1, 0]],
  ['train', ['haiku.parquet'], [0]],
  ['train', ['train/part-1.parquet', 'test/part-1.parquet'], [0]],
  ['validation', ['dev.parquet', 'train.parquet'], [0]],
  ['dev', ['validation.parquet'], [0]],
  ['test', ['haiku-eval.parquet', 'haiku-train.parquet'], [0]],
  ['train_sft', ['data/train_sft-00000-of-00001.parquet', 'data/train_gen-00000-of-00001.parquet'], [0]],
  ['train', ['train_data.parquet'], [0]],
  ['train', ['default/train/0000.parquet', 'default/train/0001.parquet', 'default/test/0000.parquet'], [0, 1]],
  ['train', ['default/partial-train/0000.parquet'], [0]],
  ['train_gen', ['default/train_gen/0000.parquet', 'default/train_sft/0000.parquet'], [0]],
  ['train', ['default/train/0000.parquet', 'other/train/0000.parquet'], [0]],
])('finds split %s in %j', (split, paths, expected) => {
  expect(choose(paths, split)).toEqual({ kind: 'chosen', format: 'parquet', paths: expected.map((at) => paths[at]) })
})

it('tells several configs, an unknown one, an unclear split and no data apart', () => {
  const paths = ['main/train.parquet', 'data/other/train.parquet']
  expect(choose(paths, 'train')).toEqual({ kind: 'several-configs', configs: ['main', 'other'] })
  expect(choose(paths, 'train', 'mian')).toEqual({ kind: 'no-config', configs: ['main', 'other'] })
  expect(choose(paths, 'train', 'other')).toMatchObject({ paths: ['data/other/train.parquet'] })
  const unclear = ['train_sft.parquet', 'train_gen.parquet']
  expect(choose(unclear, 'train')).toEqual({ kind: 'no-split', splits: ['train_gen', 'train_sft'] })
  expect(choose(['README.md', '.hidden.parquet', 'train.csv'], 'train')).toEqual({ kind: 'no-data' })
})
