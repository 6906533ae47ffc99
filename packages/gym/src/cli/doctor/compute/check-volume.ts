import { randomBytes } from 'node:crypto'
import type { ComputeHost } from '../../../compute/host.js'
import { checkFailed, checkSpec, outputOf } from './check-process.js'
import type { ComputeCheck } from './compute-check.js'

const volume = { mountPath: '/check', mount: { name: 'training-gym-check' } } as const

/** Checks that what one machine commits is seen by another while the first one goes on, which checkpoints rely on. */
export const checkVolume: ComputeCheck = {
  name: 'volume',
  proves:
    'what a running sandbox commits with sync, another sees at once: a checkpoint can be served while training goes on',
  costUsd: 0.01,
  async run(context) {
    const { host, signal } = context
    const folder = host.pathOf(volume.mountPath, volume.mount)
    const file = `${randomBytes(6).toString('hex')}.txt`
    const text = randomBytes(16).toString('hex')
    const volumes = { [volume.mountPath]: volume.mount }
    const write = `echo ${text} > ${folder}/${file} && sync ${folder} && echo committed && exec sleep 600`
    const writer = await host.start(checkSpec('writer', write, { volumes }), signal)
    try {
      for await (const line of writer.output(signal)) if (line === 'committed') break
      if ((await writer.poll(signal)) !== null) {
        throw checkFailed('the writing sandbox ended before it had committed', 'see its log on the page of the app')
      }
      const seen = await outputOf(context, checkSpec('reader', `cat ${folder}/${file} || echo missing`, { volumes }))
      if (seen.at(-1) !== text) {
        const what = `a second sandbox sees "${seen.at(-1) ?? ''}" instead of what the first one committed`
        throw checkFailed(what, 'serve only checkpoints of runs that have ended, and tell us')
      }
    } finally {
      await writer.stop()
      await removeQuietly(host, file)
    }
    return 'a second sandbox read what the first one had committed and still held open'
  },
}

/** A file of a few bytes that stays behind is no reason to fail. */
async function removeQuietly(host: ComputeHost, file: string): Promise<void> {
  await host
    .volume(volume.mount.name)
    .remove(file)
    .catch(() => undefined)
}
