import { type AnyNode, type Expression, type Node, type Program, parse } from 'acorn'
import { messageOf } from '../../errors.js'
import { shownValue } from '../../options/shown-value.js'
import { badTests, type TestJob } from './test-report.js'

/** One JavaScript test as the machine runs it. */
export interface PlannedTest {
  /** Body of an async function. */
  readonly source: string
  /** Nothing but its value can make it fail, so `undefined` fails too. */
  readonly needsTruth: boolean
  /** It calls `test()` or `it()`. */
  readonly registers: boolean
}

/** The tests of a row, read before any response runs against them. */
export interface TestPlan {
  readonly isProgram: boolean
  readonly tests: readonly PlannedTest[]
}

const comparisons = new Set(['===', '==', '!==', '!=', '<', '>', '<=', '>=', 'in', 'instanceof'])
const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const calls = new Set(['CallExpression', 'NewExpression', 'TaggedTemplateExpression'])
const valueless = new Set([
  ...functions,
  'ClassExpression',
  'ObjectExpression',
  'AssignmentExpression',
  'UpdateExpression',
])

/**
 * Reads the tests of a job and makes their conditions count: the value of the last expression is returned, and a comparison
 * whose value would be thrown away (`add(1, 2) === 3;`) must hold.
 *
 * @throws GymError 'data' (`bad-tests`) for text that is not JavaScript, or that no response could fail.
 */
export function planTests({ tests, source }: Pick<TestJob, 'tests' | 'source'>): TestPlan {
  const isProgram = typeof tests === 'string'
  return { isProgram, tests: (isProgram ? [tests] : tests).map((test) => planTest(test, isProgram, source)) }
}

function planTest(test: string, isProgram: boolean, where: string): PlannedTest {
  const program = parsed(test, where)
  const all = [...nodesIn(program)]
  const atTop = [...nodesIn(program, functions)]
  const registers = all.some(isRegistration)
  if (registers && !isProgram) {
    throw badTests(where, `call test() inside a list: ${shownValue(test, 80)}; give one program, not a list`)
  }
  const conditions = all.flatMap((node) =>
    node.type === 'ExpressionStatement' && isConditionStatement(node) ? [node.expression] : [],
  )
  const last = program.body.at(-1)
  const hasLastValue =
    last?.type === 'ExpressionStatement' &&
    last.directive === undefined &&
    !conditions.includes(last.expression) &&
    !valueless.has(last.expression.type)
  const hasValue = hasLastValue || atTop.some((node) => node.type === 'ReturnStatement' && node.argument !== null)
  const fails = conditions.length > 0 || all.some(isFailure)
  if (!hasValue && !checksAtTop(all, atTop)) {
    const next = 'call what they define, e.g. check(name_of_the_function), or compare something'
    throw badTests(where, `check nothing, any response would pass: ${shownValue(test, 80)}; ${next}`)
  }
  const insertions = conditions.flatMap(({ start, end }): [number, string][] => [
    [start, 'gymHolds(('],
    [end, '))'],
  ])
  if (hasLastValue) insertions.push([last.start, 'return '])
  return { source: withInsertions(test, insertions), needsTruth: !fails, registers }
}

function parsed(test: string, where: string): Program {
  try {
    return parse(test, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
    })
  } catch (cause) {
    throw badTests(where, `are not JavaScript (${messageOf(cause)}): ${shownValue(test, 80)}; correct them`, cause)
  }
}

/** Lists a node and all below it, but nothing below nodes of the types to stop at. */
function* nodesIn(node: Node, stopAt?: ReadonlySet<string>): Generator<AnyNode> {
  yield node as AnyNode
  if (stopAt?.has(node.type)) return
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* nodesIn(child, stopAt)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/**
 * Says whether code outside functions can fail: by a condition, a `throw` or an `assert` of its own, or because it calls a
 * function that can, be it one it defined or one it hands over.
 */
function checksAtTop(all: readonly AnyNode[], atTop: readonly AnyNode[]): boolean {
  const definitions = all.flatMap(definitionIn)
  const checking = new Set<string>()
  const canFail = (node: AnyNode) =>
    isFailure(node) || isConditionStatement(node) || isRegistration(node) || isNamed(node, ...checking)
  for (let size = -1; size < checking.size; ) {
    size = checking.size
    for (const { name, body } of definitions) if ([...nodesIn(body)].some(canFail)) checking.add(name)
  }
  if (atTop.some((node) => node.type === 'ThrowStatement' || isConditionStatement(node))) return true
  const ofDefinitions = new Set<Node>(definitions.flatMap(({ id, body }) => [id, body]))
  const reaches = (node: AnyNode) => canFail(node) || (functions.has(node.type) && [...nodesIn(node)].some(canFail))
  const callReaches = (call: AnyNode) =>
    [...nodesIn(call, functions)].some((node) => !ofDefinitions.has(node) && reaches(node))
  return atTop.some((node) => calls.has(node.type) && callReaches(node))
}

interface Definition {
  readonly name: string
  readonly id: Node
  readonly body: Node
}

/** The function or class that a node gives a name to. */
function definitionIn(node: AnyNode): Definition[] {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return node.id === null ? [] : [{ name: node.id.name, id: node.id, body: node }]
    case 'VariableDeclarator':
      return node.id.type === 'Identifier' && node.init && functions.has(node.init.type)
        ? [{ name: node.id.name, id: node.id, body: node.init }]
        : []
    case 'MethodDefinition':
      return node.key.type === 'Identifier' ? [{ name: node.key.name, id: node.key, body: node.value }] : []
    default:
      return []
  }
}

function isFailure(node: AnyNode): boolean {
  return node.type === 'ThrowStatement' || isNamed(node, 'assert')
}

function isConditionStatement(node: AnyNode): boolean {
  return node.type === 'ExpressionStatement' && isCondition(node.expression)
}

function isNamed(node: AnyNode, ...names: string[]): boolean {
  return node.type === 'Identifier' && names.includes(node.name)
}

/** Says whether a node is a call of `test()`. */
function isRegistration(node: AnyNode): boolean {
  return node.type === 'CallExpression' && isNamed(node.callee, 'test', 'it')
}

/** Says whether an expression serves only to be true or false: `a && f()` may serve to call f. */
function isCondition(node: Expression): boolean {
  if (node.type === 'BinaryExpression') return comparisons.has(node.operator)
  if (node.type === 'LogicalExpression') return isCondition(node.left) && isCondition(node.right)
  return node.type === 'UnaryExpression' && node.operator === '!'
}

function withInsertions(text: string, insertions: readonly [number, string][]): string {
  const fromTheEnd = insertions.toSorted(([a], [b]) => b - a)
  return fromTheEnd.reduce((result, [at, added]) => result.slice(0, at) + added + result.slice(at), text)
}
