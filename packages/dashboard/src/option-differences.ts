import type { Run } from '../../gym/src/server/dashboard/run-schemas.js'
import { none } from './format.js'

/** An option whose value is not the same in all runs; values in the order of the runs. */
export interface OptionDifference {
  readonly name: string
  readonly values: readonly string[]
}

type ComparedRun = Pick<Run, 'configuration' | 'model' | 'seed' | 'startPath' | 'numRollout'>
/** What is compared, and what is shown of it. */
interface Option {
  readonly mark: string | null
  readonly value: string
}

/** Lists every option whose value is not the same in all runs; secrets are told apart by letters. */
export function optionDifferences(runs: readonly ComparedRun[]): readonly OptionDifference[] {
  const options = runs.map(optionsOf)
  const names = new Set(options.flatMap((option) => [...option.keys()]))
  return [...names].flatMap((name) => {
    const found = options.map((option) => option.get(name))
    const compared = found.map((option) => option?.mark ?? option?.value)
    if (compared.every((value) => value === compared[0])) return []
    const marks = [...new Set(found.flatMap((option) => option?.mark ?? []))]
    const values = found.map((option) => {
      if (option === undefined) return none
      if (option.mark === null) return option.value
      return marks.length === 1 ? 'set, not shown' : `secret ${letterOf(marks.indexOf(option.mark))}, not shown`
    })
    return [{ name, values }]
  })
}

function optionsOf({ configuration, model, seed, startPath, numRollout }: ComparedRun): ReadonlyMap<string, Option> {
  // The recipe names it too, where it has it.
  const isNamed = configuration.some(({ name }) => name === 'numRollout')
  const facts = Object.entries({ model, seed, startPath, ...(isNamed ? {} : { numRollout }) })
  return new Map([
    ...facts.map(([name, value]) => [name, { mark: null, value: String(value) }] as const),
    ...configuration.map(
      ({ part, name, value, hiddenMark }) => [`${part}.${name}`, { mark: hiddenMark, value }] as const,
    ),
  ])
}

function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}
