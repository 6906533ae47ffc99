import { flagsFor } from './engine-flags.js'
import type { SglangRecipe } from './sglang-recipe.js'
import type { VllmRecipe } from './vllm-recipe.js'

/** A recipe whose engine is a program that is installed on this machine. */
export type InstalledRecipe = VllmRecipe | SglangRecipe

/** What an engine is asked to serve. */
export interface ServedSource {
  /** A repository of the Hugging Face hub, or the absolute path of a folder. */
  readonly source: string
  /** Branch, tag or commit of a repository. */
  readonly revision?: string
  readonly servedModelName: string
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string
  /** A number, or what stands for one where it is known only later. */
  readonly port: number | string
}

/** How to start an installed engine, and what to say when that fails. */
export interface EngineCommand {
  /** For people, e.g. `vLLM`. */
  readonly engine: string
  readonly executable: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly needsNvidiaGpu: boolean
  /** GPUs it needs, one at least. */
  readonly gpus: number
  /** How to get it, as the end of a sentence. */
  readonly install: string
  /** Which option to change when the GPU's memory is too small. */
  readonly memoryOptions: string
}

/** Makes the command line of an engine. */
export function engineCommand(recipe: InstalledRecipe, served: ServedSource): EngineCommand {
  const { executable, extraArgs, env, needsNvidiaGpu, image: _, ...flags } = recipe.options
  const shared = {
    revision: served.revision,
    servedModelName: served.servedModelName,
    host: served.host ?? '127.0.0.1',
    port: served.port,
  }
  switch (recipe.kind) {
    case 'vllm': {
      const { tensorParallelSize = 1, pipelineParallelSize = 1, dataParallelSize = 1 } = recipe.options
      return {
        engine: 'vLLM',
        executable,
        args: ['serve', served.source, ...flagsFor({ ...shared, ...flags }, 'no-prefix'), ...extraArgs],
        env,
        needsNvidiaGpu,
        gpus: tensorParallelSize * pipelineParallelSize * dataParallelSize,
        install:
          "install it (pip install vllm==0.13.0) or give its path: new VllmRecipe({ executable: '/path/to/vllm' })",
        memoryOptions: 'maxModelLen or gpuMemoryUtilization',
      }
    }
    case 'sglang': {
      const { tpSize = 1, dpSize = 1 } = recipe.options
      const named = flagsFor({ modelPath: served.source, ...shared, ...flags }, 'left-out')
      return {
        engine: 'SGLang',
        executable,
        args: ['-m', 'sglang.launch_server', ...named, ...extraArgs],
        env,
        needsNvidiaGpu,
        gpus: tpSize * dpSize,
        install:
          "install it (pip install sglang) or give the Python that has it: new SglangRecipe({ executable: '/path/to/python3' })",
        memoryOptions: 'contextLength or memFractionStatic',
      }
    }
  }
}
