import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packagesFolder } from './write-stand-in-hub.test.support.js'

/**
 * Writes the programs `ray` and `python3` into a folder for PATH: Ray's stand-in, and a Python that runs slime's stand-in
 * for `train.py` and hands everything else to the real one. Needs a build, since the stand-ins run from dist.
 */
export async function writeStandInTrainer(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const program = (name: string) => fileURLToPath(new URL(`${distOf()}${name}.test.support.js`, import.meta.url))
  const node = `"${process.execPath}"`
  const write = (name: string, body: string) =>
    writeFile(join(folder, name), `#!/usr/bin/env bash\n${body}\n`, { mode: 0o755 })
  // Opened anew: Node would let the writes of all who share this output fail when the pipe is full; Ray does not.
  await write('ray', `exec ${node} "${program('stand-in-ray')}" "$@" >>/proc/self/fd/1 2>&1`)
  await write(
    'python3',
    `case "\${1:-}" in *train.py) shift; exec ${node} "${program('stand-in-slime')}" "$@" ;; esac
export PYTHONPATH="\${PYTHONPATH:+$PYTHONPATH:}${join(folder, packagesFolder)}"
PATH=\${PATH#"${folder}:"} exec python3 "$@"`,
  )
  return folder
}

function distOf(): string {
  return import.meta.url.endsWith('.ts') ? '../../../../dist/training/remote/stand-ins/' : './'
}
