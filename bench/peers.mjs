// Installs what the engine is measured against, outside the workspace: npm packages into bench/.peers, Python packages
// into the virtual environment bench/.venv. Both are ignored by git and made once.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))
const packages = ['node-llama-cpp@3.22.1', '@huggingface/transformers@4.3.1']
const installMs = 1_800_000

/** Returns the folder whose node_modules holds the npm peers. No install script runs: binaries come as packages. */
export async function npmPeers(folder = pathOf('.peers')) {
  const isThere = (spec) => existsSync(join(folder, 'node_modules', spec.slice(0, spec.lastIndexOf('@'))))
  if (packages.every(isThere)) return folder
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
    timeout: installMs,
  })
  return folder
}

/** Returns a Python that has bench/python-requirements.txt, the one that was given or that of bench/.venv. */
export async function pythonPeers(given) {
  if (given !== undefined) return given
  const folder = pathOf('.venv')
  const python = join(folder, 'bin', 'python')
  if (existsSync(join(folder, 'ready'))) return python
  await run('python3', ['-m', 'venv', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', pathOf('python-requirements.txt')], {
    timeout: installMs,
  })
  await writeFile(join(folder, 'ready'), '')
  return python
}
