import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Loader, Plugin } from 'esbuild'
import { GymError } from '../../errors.js'

/** Data that one bundle may carry, bytes. */
const MAX_DATA = 64 * 1024 * 1024

const loaders: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
}

/** Names the language of a source file for esbuild by the ending of its name. */
export function loaderOf(file: string): Loader {
  return loaders[extname(file)] ?? 'js'
}

/**
 * In the bundle: writes an inlined file beside the bundle on first use, so that anything that reads files reads it, and
 * that it goes where the bundle goes; in the folder for temporary files where that one cannot be written.
 */
const unpack = `
import { mkdtempSync as __mkdtemp, writeFileSync as __write } from 'node:fs'
import { tmpdir as __tmpdir } from 'node:os'
import { dirname as __dirname, join as __join } from 'node:path'
import { fileURLToPath as __toPath, pathToFileURL as __toUrl } from 'node:url'
const __unpacked = new Map()
const __folder = () => {
  try {
    return __mkdtemp(__join(__dirname(__toPath(import.meta.url)), 'gym-data-'))
  } catch {
    return __mkdtemp(__join(__tmpdir(), 'gym-data-'))
  }
}
const __dataFile = (relative, name, base64) => {
  if (!__unpacked.has(relative)) {
    const path = __join(__folder(), name)
    __write(path, Buffer.from(base64, 'base64'))
    __unpacked.set(relative, __toUrl(path))
  }
  return __unpacked.get(relative)
}
`

/**
 * Puts data files into the bundle where the user's own code names them as `new URL('./words.txt', import.meta.url)`, which
 * works unbundled as well.
 */
export function inlineDataFiles(): Plugin {
  let total = 0
  return {
    name: 'inline-data-files',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        if (path.includes('/node_modules/')) return undefined
        const contents = await withDataInlined(await readFile(path, 'utf8'), dirname(path), (bytes) => {
          total += bytes
          if (total <= MAX_DATA) return
          const message = `the data files of the reward are larger than ${MAX_DATA / 2 ** 20} MiB together; ship less, or fetch it when the reward loads`
          throw new GymError('config', 'reward-too-large', message)
        })
        return contents === null ? undefined : { contents, loader: loaderOf(path) }
      })
    },
  }
}

/** Replaces each URL of a data file in a source text; null when there is none. */
export async function withDataInlined(
  source: string,
  folder: string,
  count: (bytes: number) => void,
): Promise<string | null> {
  const pattern = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+)\1\s*,\s*import\.meta\.url\s*\)/g
  const found = new Map<string, string>()
  for (const [whole, , relative = ''] of source.matchAll(pattern)) {
    const path = join(folder, relative)
    const data = await readFile(path).catch(() => null)
    // A folder or a file that is not there yet: its absence is for the code itself to find out.
    if (data === null) continue
    count(data.length)
    const names = `${JSON.stringify(relative)}, ${JSON.stringify(basename(path))}`
    found.set(whole, `__dataFile(${names}, "${data.toString('base64')}")`)
  }
  if (found.size === 0) return null
  let text = source
  for (const [whole, replacement] of found) text = text.replaceAll(whole, () => replacement)
  return unpack + text
}
