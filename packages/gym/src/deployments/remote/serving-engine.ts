import type { ProcessImage } from '../../compute/host.js'
import { type EngineCommand, engineCommand, type InstalledRecipe } from '../engine-command.js'
import type { SglangRecipe } from '../sglang-recipe.js'
import type { VllmRecipe } from '../vllm-recipe.js'
import { PLACE } from './serving-command.js'
import type { ServingGpus } from './serving-gpus.js'

/** Images of the engines. Pinned: another version may have other flags, and measure something else. */
const images: Readonly<Record<InstalledRecipe['kind'], string>> = {
  vllm: 'vllm/vllm-openai:v0.13.0',
  sglang: 'lmsysorg/sglang:v0.5.11-cu129',
}

/** An engine in a container: its image, and how it is started there. */
export interface ServingEngine {
  readonly image: ProcessImage
  readonly command: EngineCommand
}

/** Makes the command line of an engine for a sandbox; where it listens is for the sandbox to fill in. */
export function servingEngine(
  recipe: InstalledRecipe,
  {
    path,
    servedModelName,
    gpus,
  }: { readonly path: string; readonly servedModelName: string; readonly gpus: ServingGpus },
): ServingEngine {
  const command = engineCommand(withGpus(recipe, gpus), { source: path, servedModelName, ...PLACE })
  // Without it SGLang has no /metrics, and nobody would notice that it has nothing to do.
  const extra = recipe.kind === 'sglang' && !command.args.includes('--enable-metrics') ? ['--enable-metrics'] : []
  return {
    image: {
      from: recipe.options.image ?? images[recipe.kind],
      commands: ['ENTRYPOINT []', 'COPY --from=node:22-bookworm-slim /usr/local/bin/node /usr/local/bin/node'],
    },
    command: { ...command, args: [...command.args, ...extra] },
  }
}

function withGpus(recipe: InstalledRecipe, { tensorParallel }: ServingGpus): InstalledRecipe {
  if (tensorParallel === undefined) return recipe
  const size = recipe.kind === 'vllm' ? { tensorParallelSize: tensorParallel } : { tpSize: tensorParallel }
  return { ...recipe, options: { ...recipe.options, ...size } } as VllmRecipe | SglangRecipe
}
