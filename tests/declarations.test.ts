import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

/** Follows the imports of a built declaration file and returns the packages that they reach. */
function packagesReached(entry: string): Set<string> {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const follow = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, source = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
      if (source.startsWith('.')) follow(resolve(dirname(file), source.replace(/\.js$/, '.d.ts')))
      else packages.add(source)
    }
  }
  follow(entry)
  expect(seen.size).toBeGreaterThan(3)
  return packages
}

// Its types need those of a browser, so that a strict project without them could not be compiled.
it.each(['engine', 'gym'])('the declarations of %s reach no type of ONNX Runtime', (name) => {
  const entry = fileURLToPath(new URL(`../packages/${name}/dist/index.d.ts`, import.meta.url))
  expect(existsSync(entry)).toBe(true)
  expect([...packagesReached(entry)].filter((reached) => reached.startsWith('onnxruntime'))).toEqual([])
})
