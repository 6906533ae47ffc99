import { isBuiltin } from 'node:module'
import type { BuildFailure, BuildOptions, BuildResult, Plugin } from 'esbuild'
import { GymError, messageOf } from '../../errors.js'
import { builtModule, gymInBundle } from './gym-in-bundle.js'
import { inlineDataFiles } from './inline-data-files.js'
import { type RewardModuleText, type RewardSource, rewardModuleText } from './reward-source.js'

export interface RewardBundleSources {
  /** The reward: scores one response. */
  readonly reward?: RewardSource
  /** An environment of several turns, in its place. */
  readonly episode?: RewardSource
}

/** A reward as one file that runs where there is nothing but Node. */
export interface RewardBundle {
  /** Text of an ES module that exports `reward`, `episode` or both. */
  readonly code: string
  /** Name of the reward for messages and logs. */
  readonly name: string
}

/**
 * Bundles a reward with everything it needs: its imports, the parts of the gym that it uses, its data files. Throws
 * GymError 'config' when it cannot be sent elsewhere or its code does not compile.
 *
 * @example
 * const { code } = await bundleReward({ reward: { kind: 'function', fn: haikuReward } })
 */
export async function bundleReward(sources: RewardBundleSources): Promise<RewardBundle> {
  const entries: [name: string, text: RewardModuleText][] = []
  for (const wanted of ['reward', 'episode'] as const) {
    const source = sources[wanted]
    if (source !== undefined) entries.push([wanted, await rewardModuleText(source, wanted)])
  }
  const [first] = entries
  if (first === undefined) throw new GymError('config', 'no-reward', 'there is no reward to bundle; give one')
  const contents = entries.map(([wanted]) => `export { ${wanted} } from 'gym-entry:${wanted}'`).join('\n')
  const plugins = [entryTexts(new Map(entries)), gymInBundle(), inlineDataFiles()]
  const code = await bundle({ stdin: { contents, resolveDir: builtModule('.') } }, plugins, first[1].name)
  return { code, name: first[1].name }
}

/** Bundles the reward server with its threads into one file that runs where there is nothing but Node. */
export async function bundleRewardServer(): Promise<string> {
  const entry = builtModule('server/rewards/reward-server-main.js')
  return await bundle({ entryPoints: [entry] }, [], 'the reward server')
}

function entryTexts(texts: ReadonlyMap<string, RewardModuleText>): Plugin {
  return {
    name: 'entry-texts',
    setup(build) {
      build.onResolve({ filter: /^gym-entry:/ }, ({ path }) => ({
        path: path.slice('gym-entry:'.length),
        namespace: 'gym-entry',
      }))
      build.onLoad({ filter: /.*/, namespace: 'gym-entry' }, ({ path }) => {
        const text = texts.get(path)
        return text === undefined ? undefined : { contents: text.contents, resolveDir: text.resolveDir, loader: 'js' }
      })
    },
  }
}

async function bundle(
  input: Pick<BuildOptions, 'stdin' | 'entryPoints'>,
  plugins: Plugin[],
  name: string,
): Promise<string> {
  const { build } = await import('esbuild')
  let result: BuildResult<{ write: false; metafile: true }>
  try {
    result = await build({
      ...input,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      loader: { '.txt': 'text', '.csv': 'text', '.jsonl': 'text', '.bin': 'binary', '.wasm': 'binary' },
      // Packages in the old module format ask for `require` even when they only want a part of Node.
      banner: {
        js: `import { createRequire as __require } from 'node:module'; const require = __require(import.meta.url);`,
      },
      plugins,
    })
  } catch (cause) {
    throw notBundled(name, firstProblem(cause), cause)
  }
  for (const { imports } of Object.values(result.metafile.outputs)) {
    const outside = imports.find(({ external, path }) => external === true && !isBuiltin(path))
    if (outside !== undefined) {
      throw notBundled(name, `it uses "${outside.path}", which has native parts that a bundle cannot carry`)
    }
  }
  return result.outputFiles[0]?.text ?? ''
}

function firstProblem(cause: unknown): string {
  const [error] = (cause as Partial<BuildFailure>).errors ?? []
  if (error === undefined) return messageOf(cause)
  // What one of our own plugins threw is a sentence already.
  if (GymError.is(error.detail)) return error.detail.message
  const { location, text } = error
  // Of the module that we wrote around the reward, nobody knows the lines.
  return location === null || location.file.startsWith('gym-entry:')
    ? text
    : `${location.file}:${location.line}:${location.column}: ${text}`
}

function notBundled(name: string, why: string, cause?: unknown): GymError {
  const message = `the reward "${name}" cannot be bundled for the trainer: ${why}; fix that, or export the reward from a file that does without`
  return new GymError('config', 'reward-not-bundled', message, { cause })
}
