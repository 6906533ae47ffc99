import type { Dataset } from '../../datasets/dataset.js'

/** Makes a dataset that reads its rows in another way and is the same otherwise. */
export function withLoad(dataset: Dataset, load: Dataset['load']): Dataset {
  return {
    name: dataset.name,
    ...(dataset.applyChatTemplate === undefined ? {} : { applyChatTemplate: dataset.applyChatTemplate }),
    load,
    messages: (row) => dataset.messages(row),
  }
}
