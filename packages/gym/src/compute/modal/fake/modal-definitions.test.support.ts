import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'
import type { CompatServiceDefinition } from 'nice-grpc'

/** The two gRPC services that the SDK speaks. */
export interface ModalDefinitions {
  readonly control: CompatServiceDefinition
  readonly router: CompatServiceDefinition
}

/**
 * Takes the definitions of Modal's services out of the installed SDK: the package ships no .proto and exports none, so
 * its own bundle is run once more here, with two names more among its exports. Nothing of it is copied.
 */
export function loadModalDefinitions(): ModalDefinitions {
  const require = createRequire(import.meta.url)
  const path = require.resolve('modal')
  const source = readFileSync(path, 'utf8')
  for (const name of ['ModalClientDefinition', 'TaskCommandRouterDefinition']) {
    if (!source.includes(`var ${name} = {`)) throw new Error(`${path} defines no ${name}: this fake fits modal 0.11`)
  }
  const exporting = `${source}\nmodule.exports = { ModalClientDefinition, TaskCommandRouterDefinition }`
  const parameters = ['module', 'exports', 'require', '__filename', '__dirname']
  const module: { exports: Record<string, CompatServiceDefinition> } = { exports: {} }
  const run = compileFunction(exporting, parameters, { filename: path })
  run(module, module.exports, createRequire(path), path, dirname(path))
  const { ModalClientDefinition: control, TaskCommandRouterDefinition: router } = module.exports
  if (control === undefined || router === undefined) throw new Error(`${path} gave no definitions`)
  return { control, router }
}
