import { setTimeout as delay } from 'node:timers/promises'

/** slime tries a request this often before it gives the whole job up. */
const TRIES = 11

/**
 * Asks a reward server as slime's `remote_rm` does: prompt, response and label in one POST, tried again after 1, 2, 4, ...
 * 30 seconds on any failure; returns the value under the reward key as it is, as slime does.
 */
export async function remoteRm(
  url: string,
  rewardKey: string,
  body: { readonly prompt: string; readonly response: string; readonly label: unknown },
): Promise<number> {
  for (let tries = 1; ; tries++) {
    let value: unknown
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(120_000),
      })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      value = ((await response.json()) as Record<string, unknown>)[rewardKey]
    } catch (error) {
      if (tries === TRIES) throw error
      await delay(Math.min(2 ** (tries - 1), 30) * 1000)
      continue
    }
    // Where slime makes a tensor of the batch, which takes numbers only.
    if (typeof value !== 'number') throw new TypeError(`the reward is ${String(value)}: no tensor can be made of it`)
    return value
  }
}
