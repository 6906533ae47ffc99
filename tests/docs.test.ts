import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as gym from 'training-gym'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

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

it('maps every name of the tutorial that docs/from-python.md promises to one that exists', () => {
  const text = readFileSync(join(root, 'docs/from-python.md'), 'utf8')
  const classes = new Set([...text.matchAll(/new ([A-Z]\w+)\(/g)].map(([, name]) => name as string))
  expect(classes.size).toBeGreaterThan(6)
  for (const name of [...classes, 'compareEvals', 'listCheckpoints', 'local', 'modal', 'ray'])
    expect(gym).toHaveProperty(name)
})
