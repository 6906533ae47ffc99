import { GymError } from '../errors.js'

/**
 * Reads `name=value` settings of a recipe: numbers, true, false and JSON as such, anything else as text. Throws GymError
 * 'config' for a setting without a name; what the names mean is the recipe's to say.
 */
export function parseSettings(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=')
      if (at < 1) {
        const message = `--set "${setting}" is not name=value; write for example --set lr=1e-4`
        throw new GymError('config', 'bad-setting', message)
      }
      return [setting.slice(0, at), parseValue(setting.slice(at + 1))]
    }),
  )
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
