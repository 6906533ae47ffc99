import { z } from 'zod'
import { GymError } from '../../errors.js'
import { parseOptions } from '../../options/parse-options.js'
import { shownValue } from '../../options/shown-value.js'
import { shellQuoted } from './shell-quoted.js'

/** Adds to the training image, as an option of a recipe. */
export type ImageOverlayFunction = (image: ImageOverlay) => ImageOverlay

// A backslash at the end would pull the next Dockerfile command into this one.
const commands = z
  .array(
    z.string().regex(/^[^\n\r\0]*\S[^\n\r\0]*(?<!\\)$/, 'must be one line, not empty, without a backslash at its end'),
  )
  .min(1)
const packages = z
  .array(z.string().regex(/^[^-\s\0][^\s\0]*$/, 'must be one package; for options use runCommands'))
  .min(1)
const variables = z.record(
  z.string().regex(/^[A-Za-z_]\w*$/, 'must be a name of letters, digits and underscores'),
  z.string().regex(/^[^\n\r\0]*$/, 'must be one line'),
)
const place = z.strictObject({ folder: z.string().regex(/^\/[^\n\r\0]*$/, 'must be an absolute path') })

/**
 * Collects what to add to the training image, a step a layer, in order. Every method returns a new overlay and throws
 * GymError `bad-options` naming the bad value.
 *
 * @example
 * new SlimeRecipe({ imageOverlay: (image) => image.runCommands('apt-get update').pipInstall('pyarrow==21.0.0') })
 */
export class ImageOverlay {
  /** One Dockerfile command a step. */
  readonly dockerfileCommands: readonly string[]

  constructor(dockerfileCommands: readonly string[] = []) {
    this.dockerfileCommands = dockerfileCommands
  }

  /** Runs shell commands, one layer each. */
  runCommands(...given: readonly string[]): ImageOverlay {
    return this.#with(...parseOptions(commands, given, 'image.runCommands()').map((command) => `RUN ${command}`))
  }

  /** Installs Python packages, e.g. `'pyarrow==21.0.0'`. */
  pipInstall(...given: readonly string[]): ImageOverlay {
    const names = shellQuoted(parseOptions(packages, given, 'image.pipInstall()'))
    return this.#with(`RUN python -m pip install --no-cache-dir ${names}`)
  }

  /** Installs Debian packages. */
  aptInstall(...given: readonly string[]): ImageOverlay {
    const names = shellQuoted(parseOptions(packages, given, 'image.aptInstall()'))
    return this.#with(`RUN apt-get update && apt-get install -y --no-install-recommends ${names}`)
  }

  /** Sets environment variables for the steps after it and for the training. */
  env(given: Readonly<Record<string, string>>): ImageOverlay {
    const pairs = Object.entries(parseOptions(variables, given, 'image.env()'))
    return this.#with(...pairs.map(([name, value]) => `ENV ${name}=${dockerQuoted(value)}`))
  }

  /** Changes the working folder of the steps after it. */
  workdir(folder: string): ImageOverlay {
    return this.#with(`WORKDIR ${parseOptions(place, { folder }, 'image.workdir()').folder}`)
  }

  #with(...more: readonly string[]): ImageOverlay {
    return new ImageOverlay([...this.dockerfileCommands, ...more])
  }
}

/**
 * Runs a recipe's overlay and returns its Dockerfile commands; none without an overlay.
 *
 * @throws GymError `bad-options` when it returns something else than an image.
 */
export function overlayCommands(overlay: ImageOverlayFunction | undefined): readonly string[] {
  if (overlay === undefined) return []
  const made: unknown = overlay(new ImageOverlay())
  // By its shape and not by its class, so that two installs of the package understand each other.
  if (typeof made === 'object' && made !== null && 'dockerfileCommands' in made) {
    return (made as ImageOverlay).dockerfileCommands
  }
  const message = `imageOverlay must return the image it was given, with steps added, got ${shownValue(made)}; write (image) => image.runCommands("...")`
  throw new GymError('config', 'bad-options', message)
}

/** Inside double quotes Docker still reads `$NAME` and backslashes. */
function dockerQuoted(value: string): string {
  return `"${value.replace(/[\\"$]/g, '\\$&')}"`
}
