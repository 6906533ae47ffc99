import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as gym from 'training-gym'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtTypes, root, samples } from './built-types.js'

it('has the defaults in docs/defaults.md that the code has', () => {
  execFileSync(process.execPath, [join(root, 'scripts/write-defaults.mjs'), '--check'])
})

it('links only to files that exist', () => {
  const pages = [
    'README.md',
    'LOG.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ]
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8')
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const path = join(dirname(join(root, page)), target as string)
      expect(() => readFileSync(path), `${page} -> ${target}`).not.toThrow(/ENOENT/)
    }
  }
})

it('links to nothing beside the package in the pages that travel with it', () => {
  for (const page of ['packages/gym/README.md', 'packages/engine/README.md', 'packages/ai-sdk/README.md']) {
    const targets = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target)
    expect([page, targets.filter((target) => !target?.startsWith('https://'))]).toEqual([page, []])
  }
})

it('maps every name of the tutorial that docs/from-python.md promises to one that exists', () => {
  const text = readFileSync(join(root, 'docs/from-python.md'), 'utf8')
  const classes = new Set([...text.matchAll(/new ([A-Z]\w+)\(/g)].map(([, name]) => name as string))
  expect(classes.size).toBeGreaterThan(6)
  for (const name of [...classes, 'compareEvals', 'listCheckpoints', 'local', 'modal', 'ray'])
    expect(gym).toHaveProperty(name)
})

it('has no block in docs/scorers.md that is a part of something: each can be run as it stands', () => {
  const blocks = [...readFileSync(join(root, 'docs/scorers.md'), 'utf8').matchAll(/^```ts$/gm)]
  expect(samples().filter(({ place }) => place.startsWith('docs/scorers.md:'))).toHaveLength(blocks.length)
})

describe('the built types', () => {
  // No dependency of ours: whoever uses it has it.
  const notInstalled = ['evalite']
  const all = samples()
  const skipped = all.filter(({ imports }) => imports.some((name) => notInstalled.includes(name)))
  for (const { place } of skipped) console.log(`not type-checked: ${place}, which imports ${notInstalled.join(' or ')}`)
  let types: ReturnType<typeof builtTypes>
  beforeAll(() => {
    types = builtTypes(all.filter((sample) => !skipped.includes(sample)))
  })

  it('fit every sample of the docs that imports one of our packages', () => {
    expect(all.length - skipped.length).toBeGreaterThan(12)
    expect(types.sampleFaults).toEqual([])
  })

  it('have no fault in a project that checks the declarations of packages too', () => {
    expect(types.declarations).toContain('packages/gym/dist/deployments/remote/remote-model-deployment.d.ts')
    expect(types.declarationFaults).toEqual([])
  })

  it('let every option that may be left out be undefined, as exactOptionalPropertyTypes asks', () => {
    expect(types.strictOptions).toEqual([])
  })
})
