import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** A block of TypeScript in a page. */
export interface Sample {
  /** Where it begins, e.g. `docs/slime.md:7`. */
  readonly place: string
  readonly code: string
  /** Packages that it imports. */
  readonly imports: readonly string[]
}

/** Lists the pages whose samples are to be trusted. */
export function pages(): string[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  const packages = ['engine', 'gym', 'ai-sdk'].map((name) => `packages/${name}/README.md`)
  return ['README.md', ...docs.map((name) => `docs/${name}`), ...packages]
}

/** Finds the blocks that import one of our packages; others are parts of something. */
export function samples(): Sample[] {
  return pages().flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].flatMap(({ 1: code = '', index }) => {
      const imports = [...code.matchAll(/ from '([^']+)'/g)].map(([, name]) => name as string)
      const place = `${page}:${text.slice(0, index).split('\n').length}`
      return imports.some((name) => /^(@training-gym\/|training-gym\b)/.test(name)) ? [{ place, code, imports }] : []
    })
  })
}

/**
 * Makes one program of samples and of the built packages that they import, as a strict project of somebody else would,
 * whose checks reach the declarations of packages too.
 */
export function builtTypes(checked: readonly Sample[]) {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    strict: true,
    allowImportingTsExtensions: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
  }
  const files = new Map(checked.map(({ place, code }) => [fileOf(place, code), { place, code }]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.getCurrentDirectory = () => root
  host.fileExists = (file) => files.has(file) || fileExists(file)
  host.readFile = (file) => files.get(file)?.code ?? readFile(file)
  host.getSourceFile = (file, language, ...rest) => {
    const sample = files.get(file)
    return sample === undefined
      ? getSourceFile(file, language, ...rest)
      : ts.createSourceFile(file, sample.code, language, true)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  const faultsOf = (file: ts.SourceFile, place: string, firstLine: number) =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start = 0, messageText }) => {
        const line = firstLine + file.getLineAndCharacterOfPosition(start).line
        return `${place}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
      },
    )
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => /^packages\/[^/]+\/dist\//.test(fileName.slice(root.length)))
  return {
    /** What is wrong with the samples, each with page and line. */
    sampleFaults: [...files].flatMap(([file, { place }]) => {
      const [page = '', line] = place.split(':')
      return faultsOf(program.getSourceFile(file) as ts.SourceFile, page, Number(line) + 1)
    }),
    /** The declarations of our packages that were read. */
    declarations: ours.map(({ fileName }) => fileName.slice(root.length)),
    /** What is wrong with them. */
    declarationFaults: ours.flatMap((file) => faultsOf(file, file.fileName.slice(root.length), 1)),
    /** Options of exported interfaces that may be left out but not be undefined, e.g. `TrainOptions.home`. */
    strictOptions: strictOptions(program),
  }
}

/** A block that begins with the name of a file is that file, beside its page, so that others of the page can import it. */
function fileOf(place: string, code: string): string {
  const [, name] = /^\/\/ ([\w-]+\.mts)\n/.exec(code) ?? []
  return join(root, name === undefined ? `${place.replace(':', '.')}.ts` : join(dirname(place), name))
}

function strictOptions(program: ts.Program): string[] {
  const checker = program.getTypeChecker()
  const entries = ['engine', 'gym', 'ai-sdk'].flatMap((name) => {
    const file = program.getSourceFile(join(root, `packages/${name}/dist/index.d.ts`))
    const symbol = file && checker.getSymbolAtLocation(file)
    return symbol === undefined ? [] : checker.getExportsOfModule(symbol)
  })
  const named = entries.filter(({ name }) =>
    /(Options|Settings|Config|Kwargs|Format|GateCondition|Compute|Request|TrainResponse|ChatMessage)$/.test(name),
  )
  return named.flatMap((entry) => {
    const symbol = entry.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(entry) : entry
    const members = checker.getDeclaredTypeOfSymbol(symbol).getProperties()
    return members.filter((member) => isStrict(member, checker)).map((member) => `${entry.name}.${member.name}`)
  })
}

function isStrict({ valueDeclaration: declared }: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (declared === undefined || !ts.isPropertySignature(declared) || declared.type === undefined) return false
  if (declared.questionToken === undefined) return false
  const type = checker.getTypeFromTypeNode(declared.type)
  const parts = type.isUnion() ? type.types : [type]
  return !parts.some(({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Unknown | ts.TypeFlags.Any))
}
