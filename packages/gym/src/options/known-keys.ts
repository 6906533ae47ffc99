import type { core, ZodType } from 'zod'

/** Lists the keys that a schema's object accepts at a path; of a union, those of all its branches. */
export function knownKeys(schema: ZodType, path: readonly PropertyKey[] = []): string[] {
  return [...new Set(objectsAt(schema, path).flatMap((shape) => Object.keys(shape)))]
}

function objectsAt(schema: core.$ZodType, path: readonly PropertyKey[]): Readonly<Record<string, core.$ZodType>>[] {
  const { def } = (schema as core.$ZodTypes)._zod
  const at = (inner: core.$ZodType, rest = path) => objectsAt(inner, rest)
  switch (def.type) {
    case 'object': {
      const [key, ...rest] = path
      if (key === undefined) return [def.shape]
      const inner = def.shape[String(key)]
      return inner === undefined ? [] : at(inner, rest)
    }
    case 'array':
      return at(def.element, path.slice(1))
    case 'record':
      return at(def.valueType, path.slice(1))
    case 'union':
      return def.options.flatMap((option) => at(option))
    case 'intersection':
      return [...at(def.left), ...at(def.right)]
    case 'pipe':
      return at(def.in)
    case 'lazy':
      return at(def.getter())
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return at(def.innerType)
    default:
      return []
  }
}
