import { gpuKind } from '../../compute/parse-gpu.js'

/** List prices of one GPU for an hour, US dollars; CPU and memory of the machine come on top. */
export const gpuPrices: Readonly<
  Record<
    'modal',
    { readonly asOf: string; readonly source: string; readonly perHour: Readonly<Record<string, number>> }
  >
> = {
  modal: {
    asOf: '2026-05-07',
    source: 'modal.com/pricing, as quoted by techbytes.app',
    perHour: { H100: 3.9492, 'A100-80GB': 2.4984, L40S: 1.9512, L4: 0.7992, T4: 0.5904 },
  },
}

/** Returns what GPUs cost an hour, or null where the price is not known. */
export function costPerHour(gpuType: string, gpuCount: number, pricePerGpu?: number): number | null {
  const price = pricePerGpu ?? gpuPrices.modal.perHour[gpuKind(gpuType)]
  return price === undefined ? null : Math.round(price * gpuCount * 100) / 100
}
