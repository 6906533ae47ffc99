import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../../../store/open-store.js'
import type { Store } from '../../../store/store.js'
import { aRow, aRun, aSample, aStep, keepEval } from '../filled-store.test.support.js'
import { findReceipt } from './find-receipt.js'
import { sealReceipt, sumOf } from './receipt.js'
import { renderReceipt } from './render-receipt.js'
import { verifyReceipt } from './verify-receipt.js'

let home: string
let store: Store
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gym-receipt-'))
  store = await openStore({ home })
})
afterEach(async () => {
  await store.close()
  await rm(home, { recursive: true, force: true })
})

const receiptOf = (...references: string[]) => findReceipt({ store, home, clock: () => 0 }, references)
const altered = (text: string) =>
  verifyReceipt(text, 'r')
    .parts.filter(({ isIntact }) => !isIntact)
    .map(({ name }) => name)

it('holds what a run was given, measured and wrote, and finds whatever was altered', async () => {
  await store.runs.create(aRun({ rolloutsDone: 0 }))
  for (let rolloutId = 0; rolloutId < 3; rolloutId++) {
    await store.runs.addStep('run-a', aStep(rolloutId, { kl: Number.NaN }))
    await store.runs.addSamples(
      'run-a',
      [0, 1].map((group) => aSample(group, 0, { rolloutId, score: group })),
    )
  }
  const receipt = await receiptOf('run-a')
  const names = receipt.sections.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['configuration', 'data', 'intervals', 'curves', 'samples', 'versions']))
  const json = JSON.stringify(receipt, null, 1)
  expect(altered(json)).toEqual([])
  expect(altered(json.replace('poem 0.0', 'another poem'))).toEqual(['samples'])
  expect(altered(json.replace('"seed": 7', '"seed": 8'))).toEqual(['run'])
  expect(altered(JSON.stringify({ ...receipt, sections: receipt.sections.slice(1) }))).toEqual(['the list of sections'])
  const rewritten = receipt.sections.map((section) =>
    section.name === 'data' ? { ...section, content: 'mine', sha256: sumOf('mine') } : section,
  )
  expect(altered(JSON.stringify({ ...receipt, sections: rewritten }))).toEqual(['the list of sections'])
})

it('is one HTML file with the data inside, and tells a change of what is shown from one of the data', async () => {
  await keepEval(store, 'eval-a', [aRow(0, 1), aRow(1, 0), aRow(2, null), aRow(3, 1)])
  const html = renderReceipt(await receiptOf('eval-a'))
  expect(altered(html)).toEqual([])
  expect(html).not.toMatch(/<script(?! type="application\/json")|src=|href=/)
  expect(altered(html.replace('answer 1', 'answer 9'))).toEqual(['the page'])
  expect(altered(html.replaceAll('answer 1', 'answer 9'))).toEqual(['responses', 'the page'])
  expect(() => verifyReceipt(html.slice(0, -5), 'cut.html')).toThrow(/cut\.html is no receipt/)
})

it('holds the comparison of two evaluations and both of them', async () => {
  const rows = Array.from({ length: 8 }, (_, index) => aRow(index, 0))
  await keepEval(store, 'eval-a', rows)
  await keepEval(
    store,
    'eval-b',
    rows.map((row, index) => ({ ...row, score: 1 + (index % 2) })),
  )
  const receipt = await receiptOf('eval-a', 'eval-b')
  const names = receipt.sections.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['comparisons', 'eval-a: responses', 'eval-b: result', 'versions']))
  expect(receipt.sections[0]?.content).toMatchObject([{ verdict: 'better', nPrompts: 8 }])
  await expect(receiptOf('eval-a', 'eval-a')).rejects.toThrow('2 to 4 different evaluations')
  await expect(receiptOf('nothing')).rejects.toThrow('no run and no evaluation "nothing"')
})

it('shows markup as text and cannot be ended by it', () => {
  const evil = '</script><script>alert(1)</script>'
  const html = renderReceipt(sealReceipt(evil, { [evil]: { [evil]: [evil, Number.NaN, { a: evil }] } }))
  expect(html.match(/<script/g)).toHaveLength(1)
  expect(altered(html)).toEqual([])
})

it('shows strangers no folder of this machine and no key', async () => {
  const startPath = join(home, 'runs', 'run-0', 'checkpoints', 'iter_0000004')
  const error = `cannot read ${join(homedir(), 'private', 'rows.jsonl')}`
  const config = { recipe: { kind: 'slime', env: { HF_TOKEN: 'hf_secret' } }, dataset: { name: 'haiku' } }
  await store.runs.create(aRun({ startPath, error, config, state: 'failed' }))
  const failure = { boundary: 'provider', message: `no answer; see ${join(home, 'server.log')}` } as const
  await keepEval(store, 'eval-a', [aRow(0, 1), { ...aRow(1, null), failure }])
  const run = await receiptOf('run-a')
  expect(run.sections.find(({ name }) => name === 'run')?.content).toMatchObject({
    startPath: '.training-gym/runs/run-0/checkpoints/iter_0000004',
    error: 'cannot read ~/private/rows.jsonl',
  })
  for (const receipt of [run, await receiptOf('eval-a')]) {
    const html = renderReceipt(receipt)
    for (const secret of [home, homedir(), 'hf_secret']) expect(html).not.toContain(secret)
    expect(altered(html)).toEqual([])
  }
})

it('still checks a receipt of an older version, which held paths', () => {
  const run = { trainingRunId: 'run-a', startPath: '/home/ann/poems/.training-gym/runs/run-0/checkpoints/iter_0000004' }
  const json = JSON.stringify(sealReceipt('Training run run-a', { run }))
  expect(altered(json)).toEqual([])
  expect(altered(json.replace('/home/ann', '~'))).toEqual(['run'])
})

it('gives the same sum whatever the order of keys', () => {
  expect(sumOf({ a: 1, b: [{ c: null, d: 'x' }] })).toBe(sumOf({ b: [{ d: 'x', c: null }], a: 1 }))
})
