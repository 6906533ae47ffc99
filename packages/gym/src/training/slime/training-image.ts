import type { ProcessImage } from '../../compute/host.js'
import { slimeFlagsSource } from './generated/slime-flags.js'
import { type ImageOverlayFunction, overlayCommands } from './image-overlay.js'
import { threadedSaves } from './threaded-saves.js'

export interface TrainingImageRequest {
  readonly image?: string
  readonly slimeCommit?: string | false
  readonly imageOverlay?: ImageOverlayFunction
}

/** Builds the description of the training image: slime's, with Node for the reward server, and the user's overlay on top. */
export function trainingImage({ image, slimeCommit, imageOverlay }: TrainingImageRequest): ProcessImage {
  const from = image ?? slimeFlagsSource.image
  // The image was built from whatever slime was that day; the flags are those of one commit.
  const commit = slimeCommit ?? (image === undefined ? slimeFlagsSource.slimeCommit : false)
  return {
    from,
    commands: [
      'ENTRYPOINT []',
      // A cache volume is mounted here, and Modal mounts over an empty folder only.
      'RUN rm -rf /root/.cache/huggingface',
      'COPY --from=node:22-bookworm-slim /usr/local/bin/node /usr/local/bin/node',
      ...(image === undefined ? [threadedSaves(from)] : []),
      ...(commit === false
        ? []
        : [
            `RUN cd /root/slime && git fetch --depth 1 https://github.com/THUDM/slime.git ${commit} && git checkout ${commit}`,
          ]),
      ...overlayCommands(imageOverlay),
    ],
  }
}
