import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TensorToWrite, writeSafetensors } from './write-safetensors.js'

/** Low-rank adapters as a folder in the format of Hugging Face's PEFT. */
export interface AdapterContents {
  /** Folder or repository of the model that the adapters belong to. */
  readonly baseModel: string
  readonly rank: number
  readonly alpha: number
  /** Names of the adapted layers, e.g. `q_proj`. */
  readonly targets: readonly string[]
  /** Named `base_model.model.<layer>.lora_A.weight` [rank, in] and `.lora_B.weight` [out, rank]. */
  readonly tensors: readonly TensorToWrite[]
  readonly signal?: AbortSignal
}

/** Writes `adapter_config.json` and `adapter_model.safetensors`, which peft and vLLM load, into a new folder. */
export async function writeAdapter(folder: string, contents: AdapterContents): Promise<void> {
  const { baseModel, rank, alpha, targets, tensors, signal } = contents
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: baseModel,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: targets,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    modules_to_save: null,
    use_rslora: false,
    use_dora: false,
  }
  await mkdir(folder)
  await writeFile(join(folder, 'adapter_config.json'), `${JSON.stringify(config, null, 2)}\n`)
  await writeSafetensors(join(folder, 'adapter_model.safetensors'), tensors, { dtype: 'F32', signal })
}
