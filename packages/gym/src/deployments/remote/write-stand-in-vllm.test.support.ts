import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Writes the stand-in for the program `vllm` into a folder for PATH. Needs a build, since it runs from dist. */
export async function writeStandInVllm(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const dist = import.meta.url.endsWith('.ts') ? '../../../dist/deployments/remote/' : './'
  const program = fileURLToPath(new URL(`${dist}stand-in-vllm.test.program.js`, import.meta.url))
  const script = `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`
  await writeFile(join(folder, 'vllm'), script, { mode: 0o755 })
  return folder
}
