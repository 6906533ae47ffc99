import { createHash } from 'node:crypto'
import type { Image } from 'modal'
import type { ProcessImage } from '../host.js'
import type { ModalConnection } from './connect-modal.js'
import { isNotFound } from './modal-failure.js'
import { retryTransient } from './retry-transient.js'

/**
 * Finds an image under the name that its own description gives, or builds it and publishes it under that name, so that
 * each is built once an environment. Building an image of many gigabytes for the first time takes minutes.
 *
 * @throws GymError `image-build-failed` (provider).
 */
export async function modalImage(
  connection: ModalConnection,
  { from, commands }: ProcessImage,
  signal?: AbortSignal,
): Promise<Image> {
  const { client, options, patience } = connection
  const name = `gym-${createHash('sha256')
    .update(JSON.stringify([from, commands]))
    .digest('hex')
    .slice(0, 24)}`
  const environment = options.environment
  const published = await retryTransient(`looking for the image of "${from}"`, patience, signal, async () => {
    try {
      return await client.images.fromName(name, { environment })
    } catch (error) {
      if (isNotFound(error)) return null
      throw error
    }
  })
  if (published !== null) return published

  const app = await connection.app(signal)
  const { imageRegistrySecret } = options
  const secret =
    imageRegistrySecret === undefined ? undefined : await modalSecret(connection, imageRegistrySecret, signal)
  const built = await retryTransient(`building the image of "${from}"`, patience, signal, () =>
    client.images
      .fromRegistry(from, secret)
      .dockerfileCommands([...commands])
      .build(app),
  )
  await retryTransient(`publishing the image of "${from}"`, patience, signal, () =>
    built.publish(name, { environment }),
  )
  return built
}

/** Finds a secret that Modal keeps, by name. */
export function modalSecret({ client, options, patience }: ModalConnection, name: string, signal?: AbortSignal) {
  return retryTransient(`finding the secret "${name}"`, patience, signal, () =>
    client.secrets.fromName(name, { environment: options.environment }),
  )
}
