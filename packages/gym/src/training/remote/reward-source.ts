import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { GymError, messageOf } from '../../errors.js'
import { loaderOf, withDataInlined } from './inline-data-files.js'
import { locateFunction } from './locate-function.js'
import { sliceModule } from './slice-module.js'

/** Where a function that must run elsewhere comes from. */
export type RewardSource =
  /** The function itself: it and what it needs are cut out of the file in which it was written. */
  // biome-ignore lint/complexity/noBannedTypes: a reward or an environment; only where it was written matters here.
  | { readonly kind: 'function'; readonly fn: Function }
  /** An export of a module, which is shipped whole. */
  | { readonly kind: 'module'; readonly path: string; readonly exportName: string }

/** Source text of a module that exports the function as `wanted`, and the folder that its imports are relative to. */
export interface RewardModuleText {
  readonly contents: string
  readonly resolveDir: string
  /** Name of the function for messages. */
  readonly name: string
}

/** Reads `./reward.ts#name`, or `./reward.ts` for its default export; also a file URL, as of `import.meta.resolve`. */
export function rewardSourceOf(reference: string, cwd: string): RewardSource {
  const [place = '', exportName = 'default'] = reference.split('#')
  const path = place.startsWith('file:') ? fileURLToPath(place) : resolve(cwd, place)
  return { kind: 'module', path, exportName: exportName === '' ? 'default' : exportName }
}

/**
 * Writes the module that exports a function under the name `wanted`. Throws GymError 'config' when the function cannot be
 * sent elsewhere, saying what to do instead.
 */
export async function rewardModuleText(source: RewardSource, wanted: string): Promise<RewardModuleText> {
  if (source.kind === 'module') {
    const { path, exportName } = source
    // An import and an export apart: exported at once, a missing name would be an error of the bundle's reader only.
    const contents = `import { ${exportName} as shipped } from ${JSON.stringify(path)}\nexport { shipped as ${wanted} }\n`
    const name = exportName === 'default' ? basename(path) : exportName
    return { contents, resolveDir: dirname(path), name }
  }
  const { name } = source.fn
  const file = locateFunction(source.fn)
  if (file === null) throw notSendable(name, 'it was not written in a file')
  const code = await javascriptOf(file, name)
  const slice = name === '' ? null : sliceModule(code, name)
  if (slice === null) throw notSendable(name, `it is not a named function at the top level of ${basename(file)}`)
  return { contents: `${slice}\nexport { ${name} as ${wanted} }\n`, resolveDir: dirname(file), name }
}

async function javascriptOf(file: string, name: string): Promise<string> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw notSendable(name, `its file ${file} cannot be read (${messageOf(cause)})`, cause)
  }
  const { transform } = await import('esbuild')
  const source = (await withDataInlined(text, dirname(file), () => undefined)) ?? text
  const { code } = await transform(source, {
    loader: loaderOf(file),
    format: 'esm',
    target: 'es2022',
    sourcefile: pathToFileURL(file).href,
  })
  return code
}

function notSendable(name: string, why: string, cause?: unknown): GymError {
  const what = name === '' ? 'the reward' : `the reward "${name}"`
  const next =
    'write it as a function at the top level of a file, e.g. function reward(sample) { return scorer(sample) }'
  return new GymError('config', 'reward-not-sendable', `${what} cannot be sent to the trainer: ${why}; ${next}`, {
    cause,
  })
}
