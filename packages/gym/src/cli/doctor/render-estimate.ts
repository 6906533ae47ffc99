import { formatBytes, formatCount, formatSeconds } from '../../console/format.js'
import type { MemoryEstimate } from '../../training/estimate-memory.js'
import type { RunEstimate } from './estimate-run.js'

/** Writes an estimate for people: the result first, then what it was computed from. */
export function renderEstimate(estimate: RunEstimate, machine: { readonly total: number }): string[] {
  const { model, plan, training, serving, time } = estimate
  const common = plan.commonPromptTokens === 0 ? '' : ` (the first ${plan.commonPromptTokens} the same in all)`
  const what = plan.lora === null ? 'all weights' : `adapters of rank ${plan.lora.rank}`
  return [
    `Training ${model}, ${what}: ${formatBytes(training.bytes)} of memory${durations(estimate)}`,
    ...partsOf(training),
    ...(time?.items ?? []).map(({ name, seconds, from }) =>
      line(name, formatSeconds(seconds), `${from}, measured now`),
    ),
    line(
      'rollout',
      '',
      `${plan.prompts} prompts of ${plan.promptTokens} tokens${common} x ${plan.samples} responses of ${plan.responseTokens}, ${formatCount(plan.rolloutTokens)} positions${plan.replicas === 1 ? '' : `, shared by ${plan.replicas} replicas`}`,
    ),
    ...(estimate.asksForCard ? ['  This is what the CPU takes: a graphics card is not measured.'] : []),
    '',
    `Serving ${model} in float32: ${formatBytes(serving.bytes)} of memory`,
    ...partsOf(serving),
    '',
    fits(training, machine) ? `This machine has ${formatBytes(machine.total)}: both fit.` : tooLarge(estimate, machine),
  ]
}

function durations({ plan, time }: RunEstimate): string {
  if (time === null) return ''
  const unit = plan.kind === 'grpo' ? 'rollout' : 'step'
  return `, ${formatSeconds(time.rolloutSeconds)} a ${unit}, ${formatSeconds(time.runSeconds)} for ${plan.rollouts}`
}

/** True when the machine's memory holds the estimate. */
export function fits({ bytes }: MemoryEstimate, { total }: { readonly total: number }): boolean {
  return bytes <= total
}

function tooLarge({ plan, training }: RunEstimate, { total }: { readonly total: number }): string {
  const ways = [
    ...(plan.lora === null ? ['--set loraRank=16'] : []),
    ...(plan.recomputesLayers ? [] : ['--set recomputeActivations=true']),
    ...(plan.pass.tokens > 256 ? ['--set maxTokensPerMicroBatch=256'] : []),
  ]
  const next = ways.length === 0 ? 'choose a smaller model' : `try ${ways.join(' ')}`
  return `This machine has ${formatBytes(total)}, too little for training's ${formatBytes(training.bytes)}: ${next}`
}

function partsOf({ items }: MemoryEstimate): string[] {
  return items.map(({ name, bytes, from }) => line(name, formatBytes(bytes), from))
}

function line(name: string, value: string, from: string): string {
  return `  ${name.padEnd(20)}  ${value.padStart(10)}  ${from}`
}
