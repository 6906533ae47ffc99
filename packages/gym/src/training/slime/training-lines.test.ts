import { describe, expect, it } from 'vitest'
import { InMemoryDataset } from '../../datasets/in-memory-dataset.js'
import { checkTrainingLines, trainingLines } from './training-lines.js'

describe('trainingLines', () => {
  it('repeats rows only as a whole, and only when they are too few', async () => {
    const dataset = new InMemoryDataset({ rows: [{ input: 'a' }, { input: 'b' }] })
    const rows = await dataset.load()
    const inputs = (atLeast: number) =>
      trainingLines(dataset, rows, atLeast)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).row.input)
    expect(inputs(2)).toEqual(['a', 'b'])
    expect(inputs(3)).toEqual(['a', 'b', 'a', 'b'])
    expect(() => trainingLines(dataset, [])).toThrow('dataset in-memory has no rows; give it at least one')
  })

  it('keeps a line a line, whatever the text', async () => {
    const dataset = new InMemoryDataset({ rows: [{ input: 'two\nlines\u2028and "more" \ud83c\udf38' }] })
    const rows = await dataset.load()
    const text = trainingLines(dataset, rows)
    expect(text.split('\n')).toHaveLength(2)
    expect(JSON.parse(text).row.input).toBe(rows[0]?.input)
    checkTrainingLines(text)
  })
})

describe('checkTrainingLines', () => {
  const good = '{"messages":[{"role":"user","content":"x"}],"row":{}}'

  it.each([
    [
      '{"messages":',
      'line 2 of the training data is not JSON: slime would skip it without stopping; repair or remove it',
    ],
    ['[]', 'line 2 of the training data is no JSON object; write {"messages": [...], "row": {...}}'],
    ['{"messages":[],"row":1}', 'line 2 of the training data has no messages; give it at least one'],
    ['{"messages":"x"}', 'line 2 of the training data has no row, which the reward needs'],
    [
      '{"messages":"x","row":1,"tools":[]}',
      'line 2 of the training data has "tools", which slime takes for the tools of a chat template; rename it',
    ],
    [
      '{"messages":"x","row":1,"metadata":{"a":1,"rm_type":"math"}}',
      'line 2 of the training data has metadata "rm_type", by which slime steers itself; rename it',
    ],
  ])('%s', (line, message) => {
    expect(() => checkTrainingLines(`${good}\n${line}\n`)).toThrow(message)
  })

  it('skips empty lines, as slime does', () => {
    checkTrainingLines(`${good}\n\n  \n${good}`)
  })
})
