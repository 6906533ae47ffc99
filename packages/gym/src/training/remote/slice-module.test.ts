import { expect, it } from 'vitest'
import { sliceModule } from './slice-module.js'

const script = `
import { a, b as c } from 'one'
import * as rest from 'two'
import 'side-effect'
console.log('runs')
const table = new Map([[1, a]])
const { left, right: [deep = a] } = await load()
let seed = 3
function helper(x) { return table.get(x) ?? rest.other }
export function reward({ response, seed: unused }) {
  const left = helper(response)
  try { return c.score(left) } catch (deep) { return deep.seed }
}
export default class Unused { reward = seed }
export const typed = (x) => deep + x
await serve(reward)
`

it('takes a function with all it needs from its module, and nothing that runs', () => {
  expect(sliceModule(script, 'reward')).toBe(
    [
      `import { a, b as c } from 'one'`,
      `import * as rest from 'two'`,
      'const table = new Map([[1, a]])',
      'function helper(x) { return table.get(x) ?? rest.other }',
      'function reward({ response, seed: unused }) {\n  const left = helper(response)\n  try { return c.score(left) } catch (deep) { return deep.seed }\n}',
    ].join('\n'),
  )
})

it('follows destructured constants and arrow functions', () => {
  expect(sliceModule(script, 'typed')).toBe(
    [
      `import { a, b as c } from 'one'`,
      'const { left, right: [deep = a] } = await load()',
      'const typed = (x) => deep + x',
    ].join('\n'),
  )
})

it('finds nothing where the name is not declared at the top level', () => {
  expect(sliceModule('function outer() { function reward() {} }', 'reward')).toBeNull()
})
