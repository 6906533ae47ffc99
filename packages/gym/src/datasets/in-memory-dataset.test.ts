import { describe, expect, it } from 'vitest'
import { HaikuTopics } from './haiku-topics.js'
import { InMemoryDataset } from './in-memory-dataset.js'

describe('InMemoryDataset', () => {
  it('takes texts and objects', async () => {
    expect(await new InMemoryDataset({ rows: ['rain', { input: 'snow', mood: 'calm' }] }).load()).toEqual([
      { index: 0, input: 'rain', columns: { input: 'rain' } },
      { index: 1, input: 'snow', columns: { input: 'snow', mood: 'calm' } },
    ])
  })

  it('gives a smaller copy with with()', async () => {
    const dataset = new InMemoryDataset({ rows: [{ q: 'a', a: 'b' }, { q: 'c' }], inputColumn: 'q' })
    expect(await dataset.with({ nRows: 1, outputColumn: 'a' }).load()).toEqual([
      { index: 0, input: 'a', output: 'b', columns: { q: 'a', a: 'b' } },
    ])
    expect(await dataset.load()).toHaveLength(2)
  })

  it('holds rows out with skipRows, each numbered by its place in the whole', async () => {
    const dataset = new InMemoryDataset({ rows: ['a', 'b', 'c', 'd'], name: 'mine' })
    const loaded = async (changes: object) =>
      (await dataset.with(changes).load()).map(({ index, input }) => [index, input])
    const [heldOut, rest] = [await loaded({ nRows: 1 }), await loaded({ skipRows: 1 })]
    expect([...heldOut, ...rest]).toEqual(await loaded({}))
    expect(await loaded({ skipRows: 1, nRows: 2 })).toEqual([
      [1, 'b'],
      [2, 'c'],
    ])
    await expect(loaded({ skipRows: 4 })).rejects.toThrow(
      'mine has no rows behind the first 4 that skipRows leaves out',
    )
  })

  it('names the row that lacks a column, and refuses to be empty', async () => {
    await expect(new InMemoryDataset({ rows: ['a', { inptu: 'b' }], name: 'mine' }).load()).rejects.toThrow(
      'row 1 of mine has no column "input"; did you mean "inptu"? (it has inptu)',
    )
    await expect(new InMemoryDataset({ rows: [] }).load()).rejects.toMatchObject({
      boundary: 'data',
      code: 'empty-dataset',
    })
  })
})

describe('HaikuTopics', () => {
  it('offers 2,117 topics to train on and 200 others to evaluate on', async () => {
    const train = await new HaikuTopics().load()
    const evaluated = await new HaikuTopics({ split: 'eval' }).load()
    expect([train.length, evaluated.length]).toEqual([2117, 200])
    const seen = new Set(train.map((row) => row.input))
    expect(evaluated.filter((row) => seen.has(row.input))).toEqual([])
    expect(train.every((row, index) => row.index === index && /^[a-z]+( [a-z]+)*$/.test(row.input))).toBe(true)
  })

  it('gives the topics of a range', async () => {
    const all = await new HaikuTopics().load()
    expect(await new HaikuTopics({ skipRows: 2000 }).load()).toEqual(all.slice(2000))
    expect(await new HaikuTopics({ skipRows: 10, nRows: 5 }).load()).toEqual(all.slice(10, 15))
  })

  it("asks in the tutorial's words, unless told otherwise", async () => {
    const topics = new HaikuTopics({ split: 'eval', nRows: 1 })
    const [row] = await topics.load()
    expect(topics.messages(row!)).toEqual([
      {
        role: 'system',
        content:
          'You are a haiku poet. Write a haiku about the given topic. Use the 5-7-5 syllable format across three lines.',
      },
      { role: 'user', content: `Write a haiku about ${row?.input}.` },
    ])
    expect(topics.with({ systemPrompt: '', promptTemplate: '{input}?' }).messages(row!)).toEqual([
      { role: 'user', content: `${row?.input}?` },
    ])
    expect(topics.name).toBe('haiku-topics:eval')
  })

  it('knows its two splits', () => {
    expect(() => new HaikuTopics({ split: 'evla' as never })).toThrow('did you mean "eval"?')
  })

  it('is sent through the chat template unless that is switched off', () => {
    expect(new InMemoryDataset({ rows: ['rain'] }).applyChatTemplate).toBe(true)
    const plain = new InMemoryDataset({ rows: ['rain'], applyChatTemplate: false })
    expect(plain.with({ nRows: 1 }).applyChatTemplate).toBe(false)
  })
})
