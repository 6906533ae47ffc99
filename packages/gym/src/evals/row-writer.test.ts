import { describe, expect, it } from 'vitest'
import type { EvalRowRecord } from '../store/records.js'
import { rowWriter } from './row-writer.js'

const row = (rowIndex: number): EvalRowRecord => ({
  rowIndex,
  ...{ sampleIndex: 0, promptKey: 'k', prompt: 'p', response: 'r', score: 1, metadata: {} },
  ...{ finishReason: 'stop', tokens: 1, failure: null },
})

describe('the writer of rows', () => {
  it('writes many rows at once, in order, and the rest at the end', async () => {
    const writes: number[][] = []
    const write = async (rows: readonly EvalRowRecord[]) => void writes.push(rows.map(({ rowIndex }) => rowIndex))
    const writer = rowWriter({ write, onFailure: () => expect.unreachable(), maxRows: 3, maxDelayMs: 1e6 })
    for (let index = 0; index < 7; index += 1) await writer.add([row(index)])
    await writer.end()
    expect(writes).toEqual([[0, 1, 2], [3, 4, 5], [6]])
  })

  it('lets no row wait longer than its delay', async () => {
    const written = new Promise<readonly EvalRowRecord[]>((resolve) => {
      const write = async (rows: readonly EvalRowRecord[]) => resolve(rows)
      void rowWriter({ write, onFailure: () => expect.unreachable(), maxDelayMs: 1 }).add([row(5)])
    })
    expect(await written).toEqual([row(5)])
  })

  it('tells of the first failure once, writes nothing after it, and throws it at the end', async () => {
    const told: unknown[] = []
    let writes = 0
    const write = async () => {
      writes += 1
      throw new Error(`disk full ${writes}`)
    }
    const writer = rowWriter({ write, onFailure: (error) => told.push(error), maxRows: 1 })
    await writer.add([row(0)])
    await writer.add([row(1)])
    await expect(writer.end()).rejects.toThrow('disk full 1')
    expect({ writes, told: told.map(String) }).toEqual({ writes: 1, told: ['Error: disk full 1'] })
  })
})
