import { describe, expect, it } from 'vitest'
import { SlimeRecipe } from '../slime-recipe.js'
import { ImageOverlay, type ImageOverlayFunction, overlayCommands } from './image-overlay.js'
import { threadedSaves } from './threaded-saves.js'
import { trainingImage } from './training-image.js'

describe('imageOverlay', () => {
  it('becomes Dockerfile commands, in order', () => {
    const overlay: ImageOverlayFunction = (image) =>
      image
        .aptInstall('git-lfs')
        .runCommands('git lfs install', 'echo "two words" > /note')
        .pipInstall('pyarrow>=21,<22', 'wandb==0.21.0')
        .env({ PRICE: '5$ "net" \\o/', EMPTY: '' })
        .workdir('/root/slime')
    expect(overlayCommands(new SlimeRecipe({ imageOverlay: overlay }).options.imageOverlay)).toEqual([
      'RUN apt-get update && apt-get install -y --no-install-recommends git-lfs',
      'RUN git lfs install',
      'RUN echo "two words" > /note',
      "RUN python -m pip install --no-cache-dir 'pyarrow>=21,<22' wandb==0.21.0",
      'ENV PRICE="5\\$ \\"net\\" \\\\o/"',
      'ENV EMPTY=""',
      'WORKDIR /root/slime',
    ])
  })

  it('leaves the builder it was called on unchanged', () => {
    const base = new ImageOverlay().runCommands('one')
    base.runCommands('two')
    expect(base.dockerfileCommands).toEqual(['RUN one'])
  })

  it.each([
    [(image: ImageOverlay) => image.runCommands('a\nFROM other'), /image\.runCommands\(\).*must be one line/],
    [(image: ImageOverlay) => image.runCommands('a \\'), /without a backslash at its end/],
    [(image: ImageOverlay) => image.runCommands(), /must not be empty/],
    [(image: ImageOverlay) => image.pipInstall('--index-url=x'), /must be one package; for options use runCommands/],
    [(image: ImageOverlay) => image.env({ 'A B': 'x' }), /image\.env\(\)/],
    [(image: ImageOverlay) => image.workdir('here'), /must be an absolute path, got "here"/],
    [(() => undefined) as never, /imageOverlay must return the image it was given.*got undefined/],
  ])('refuses what is no step: %#', (overlay, message) => {
    expect(() => overlayCommands(overlay as ImageOverlayFunction)).toThrow(message)
  })
})

describe('trainingImage', () => {
  it('checks out the commit of the flags in the default image, and only there', () => {
    const { from, commands } = trainingImage({})
    expect(from).toMatch(/^slimerl\/slime:nightly-dev-\d{8}a-cu129$/)
    expect(commands.at(-1)).toMatch(/git checkout 624b824a8/)
    expect(commands).toContain(threadedSaves(from))
    const own = trainingImage({ image: 'slimerl/slime@sha256:abc', imageOverlay: (image) => image.runCommands('true') })
    expect(own).toEqual({
      from: 'slimerl/slime@sha256:abc',
      commands: [
        'ENTRYPOINT []',
        'RUN rm -rf /root/.cache/huggingface',
        'COPY --from=node:22-bookworm-slim /usr/local/bin/node /usr/local/bin/node',
        'RUN true',
      ],
    })
  })
})
