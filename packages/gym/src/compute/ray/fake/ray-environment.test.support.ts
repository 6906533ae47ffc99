import { readFileSync } from 'node:fs'

/** Variable in which Ray tells a driver of its job, the runtime environment included. */
const JOB_CONFIG = 'RAY_JOB_CONFIG_JSON_ENV_VAR'
/** Variable that tells a driver of the stand-ins the file with the environment of its node, as JSON. */
const NODE_FILE = 'STAND_IN_RAY_NODE'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Returns the environment in which Ray starts a process of a job: that of the node, as it was when Ray was started there,
 * and over it the variables of the runtime environment, in which `$NAME` and `${NAME}` are replaced. Nothing of whoever
 * submits the job, or of its driver, is in it.
 */
export function rayEnvironment(node: Variables, envVars: Variables): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(node)) if (value !== undefined) environment[name] = value
  for (const [name, value = ''] of Object.entries(envVars)) {
    const expanded = value.replace(
      /\$(?:(\w+)|\{([^}]*)\})/g,
      (text, plain: string | undefined, braced = '') => environment[plain ?? braced] ?? text,
    )
    environment[name] = expanded.replace(/\$\{[A-Z0-9_]+\}/g, '')
  }
  return environment
}

/** Returns what a driver gets beside that environment. `nodeFile` has the environment of the node as JSON. */
export function driverVariables(envVars: Variables, nodeFile: string): Record<string, string> {
  return { [JOB_CONFIG]: JSON.stringify({ runtime_env: { env_vars: envVars } }), [NODE_FILE]: nodeFile }
}

/**
 * Makes this process, a driver, see what a worker that it starts through Ray would see, and nothing else.
 *
 * @throws Error outside of a job.
 */
export function becomeRayWorker(): void {
  const { [JOB_CONFIG]: config, [NODE_FILE]: nodeFile } = process.env
  if (config === undefined || nodeFile === undefined) throw new Error('there is no Ray to start a worker with')
  const job = JSON.parse(config) as { readonly runtime_env: { readonly env_vars: Variables } }
  const environment = rayEnvironment(JSON.parse(readFileSync(nodeFile, 'utf8')) as Variables, job.runtime_env.env_vars)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
}
