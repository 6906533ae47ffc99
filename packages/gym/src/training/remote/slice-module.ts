import { type Node, parse } from 'acorn'

/** One top-level statement that declares names. */
interface Declaration {
  readonly names: readonly string[]
  readonly node: Node
}

/**
 * Cuts out of a JavaScript module the named top-level function and the declarations that it needs: functions, constants,
 * imports. Everything else is left behind, and with it what a script does when it runs. Null when the module declares no
 * such name at its top level. Not seen: a variable that another statement changes later.
 */
export function sliceModule(code: string, name: string): string | null {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
  const declarations = program.body.flatMap((statement): Declaration[] => {
    const { type, declaration } = statement as Node & { declaration?: Node | null }
    const isExport = type === 'ExportNamedDeclaration' || type === 'ExportDefaultDeclaration'
    const node = isExport && declaration ? declaration : statement
    const names = declaredNames(node)
    return names.length === 0 ? [] : [{ names, node }]
  })
  const byName = new Map(declarations.flatMap((one) => one.names.map((declared) => [declared, one] as const)))
  const first = byName.get(name)
  if (first === undefined) return null
  const wanted = new Set([first])
  // A set is walked in the order of insertion, including what is added on the way.
  for (const { node } of wanted) {
    for (const used of usedNames(node)) {
      const needed = byName.get(used)
      if (needed !== undefined) wanted.add(needed)
    }
  }
  const kept = declarations.filter((one) => wanted.has(one))
  return kept.map(({ node }) => code.slice(node.start, node.end)).join('\n')
}

/** Any node: acorn's union of all of them would have to be told apart one by one. */
type AnyNode = Node & Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

function childrenOf(node: Node): AnyNode[] {
  return Object.values(node as AnyNode)
    .flat()
    .filter(isNode)
}

/** Names that a statement declares where it stands. */
function declaredNames(node: Node): string[] {
  const { type, id, declarations, specifiers } = node as AnyNode & {
    id?: Node | null
    declarations?: { id: Node }[]
    specifiers?: { local: Node }[]
  }
  switch (type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return id ? boundNames(id) : []
    case 'VariableDeclaration':
      return (declarations ?? []).flatMap((one) => boundNames(one.id))
    case 'ImportDeclaration':
      return (specifiers ?? []).flatMap((one) => boundNames(one.local))
    default:
      return []
  }
}

/** Names that a pattern binds. */
function boundNames(pattern: Node): string[] {
  const { type, name, left, key, computed } = pattern as AnyNode
  if (type === 'Identifier') return [String(name)]
  // `{ key: value }` binds value, and `a = 1` binds a.
  const parts = isNode(left) ? [left] : childrenOf(pattern).filter((child) => child !== key || computed === true)
  return parts.flatMap(boundNames)
}

const isFunction = ({ type }: Node) =>
  type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'

/** Names that a node takes from outside of itself. */
function usedNames(node: Node, bound: ReadonlySet<string> = new Set()): Set<string> {
  const used = new Set<string>()
  const visit = (at: AnyNode, inside: ReadonlySet<string>) => {
    if (at.type === 'Identifier') {
      const name = String(at.name)
      if (!inside.has(name)) used.add(name)
      return
    }
    const within = isFunction(at) ? new Set([...inside, ...namesInside(at)]) : inside
    for (const child of childrenOf(at)) {
      // `a.name` and `{ name: a }` use a, not name.
      const isLabel = (child === at.property || child === at.key) && at.computed !== true && at.shorthand !== true
      if (!isLabel) visit(child, within)
    }
  }
  visit(node as AnyNode, bound)
  return used
}

/** Names that a function declares: its parameters and everything in its body, nested functions apart. */
function namesInside(node: AnyNode): string[] {
  const parameters = (node.params as readonly Node[]).flatMap(boundNames)
  const inBody = (at: Node): string[] => {
    const { type, param } = at as AnyNode & { param?: Node | null }
    const own = [...declaredNames(at), ...(type === 'CatchClause' && param ? boundNames(param) : [])]
    return isFunction(at) ? own : [...own, ...childrenOf(at).flatMap(inBody)]
  }
  return [...parameters, ...childrenOf(node).flatMap(inBody)]
}
