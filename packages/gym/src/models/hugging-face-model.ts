import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { GymError } from '../errors.js'
import type { HubOptions } from '../hub/hub-connection.js'
import { hubOptions, repoName } from '../hub/hub-options.js'
import { parseOptions } from '../options/parse-options.js'
import { shownValue } from '../options/shown-value.js'
import { gymHome } from '../store/home.js'
import { downloadModel } from './download-model.js'
import type { Model, ModelFacts } from './model.js'

export interface HuggingFaceModelOptions extends HubOptions {
  /** Branch, tag or commit. Default: `main`, as it was when it was first downloaded. */
  readonly revision?: string | undefined
  /** Folder of downloaded models. Default: `models` in the gym's home folder. */
  readonly cacheDir?: string | undefined
}

const schema = z.strictObject({
  revision: z.string().min(1).default('main'),
  cacheDir: z.string().min(1).optional(),
  ...hubOptions,
})

/** Tells a folder from a repository: it exists, or is written as a path (`./x`, `../x`, `/x`, `~/x`). */
export function isModelFolder(repoOrFolder: string): boolean {
  if (/^(\.{1,2}|~)([/\\]|$)/.test(repoOrFolder) || isAbsolute(repoOrFolder)) return true
  return existsSync(repoOrFolder) && statSync(repoOrFolder).isDirectory()
}

/**
 * Names any model in Hugging Face's format: a repository, downloaded once, or a local folder, used where it is.
 *
 * @example
 * new HuggingFaceModel('Qwen/Qwen3-0.6B')
 * new HuggingFaceModel('./my-checkpoint')
 */
export class HuggingFaceModel implements Model {
  readonly name: string
  readonly hfRepo?: string
  readonly revision?: string
  readonly facts?: ModelFacts
  readonly #folder: string | undefined
  readonly #options: z.output<typeof schema>

  constructor(repoOrFolder: string, options: HuggingFaceModelOptions = {}) {
    this.#options = parseOptions(schema, options, 'HuggingFaceModel')
    if (isModelFolder(repoOrFolder)) {
      const expanded = repoOrFolder.replace(/^~(?=[/\\]|$)/, homedir())
      this.#folder = resolve(expanded)
      this.name = basename(this.#folder)
      return
    }
    if (!repoName.safeParse(repoOrFolder).success) {
      const message = `${shownValue(repoOrFolder)} is neither a folder nor a repository; write a repository as "owner/name" and a folder as "./name"`
      throw new GymError('config', 'bad-model', message)
    }
    this.hfRepo = repoOrFolder
    if (this.#options.revision !== 'main') this.revision = this.#options.revision
    this.name = basename(repoOrFolder)
  }

  async resolve(
    options: {
      readonly signal?: AbortSignal | undefined
      readonly onProgress?: ((done: number, total: number) => void) | undefined
    } = {},
  ): Promise<string> {
    if (this.#folder !== undefined) return checkedFolder(this.#folder)
    const { cacheDir = join(gymHome(), 'models'), ...rest } = this.#options
    return downloadModel({ ...rest, ...options, repo: this.hfRepo ?? this.name, cacheDir: resolve(cacheDir) })
  }
}

/** Looks no further than the names: whoever loads the weights checks what is in them. */
function checkedFolder(folder: string): string {
  if (!existsSync(folder)) {
    throw new GymError('config', 'no-such-model', `there is no model folder ${folder}; check the path`)
  }
  if (existsSync(join(folder, 'config.json'))) return folder
  const message = `${folder} is no model folder: it has no config.json; give a folder with config.json, tokenizer.json and safetensors files`
  throw new GymError('config', 'no-such-model', message)
}
