import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes the program `hf` into a folder for PATH: whatever it is to download, it copies the weights in `model`. */
export async function writeStandInHub(folder: string, model: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const script = `#!/usr/bin/env bash
[ "$1" = download ] && [ "$3" = --revision ] && [ "$5" = --local-dir ] || { echo "usage: hf $*" >&2; exit 2; }
mkdir -p "$6" && cp -r '${model}'/* "$6" && echo "Fetching $2 at $4"
`
  await writeFile(join(folder, 'hf'), script, { mode: 0o755 })
  return folder
}
