import { setTimeout as delay } from 'node:timers/promises'

/** slime tries a request this often before it gives the whole job up. */
const TRIES = 11

/**
 * Asks a reward server as slime's `remote_rm` does: prompt, response and label in one POST, tried again after 1, 2, 4, ...
 * 30 seconds on any failure; returns the reply as it is, as slime does.
 */
export async function remoteRm(
  url: string,
  body: { readonly prompt: string; readonly response: string; readonly label: unknown },
): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(120_000),
      })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      return await response.json()
    } catch (error) {
      if (tries === TRIES) throw error
      await delay(Math.min(2 ** (tries - 1), 30) * 1000)
    }
  }
}

/** Takes the score out of a reply, where slime makes a tensor of a batch of them, which takes numbers only. */
export function rewardValue(reward: unknown, rewardKey: string): number {
  const value = (reward as Record<string, unknown>)[rewardKey]
  if (typeof value !== 'number') throw new TypeError(`the reward is ${String(value)}: no tensor can be made of it`)
  return value
}
