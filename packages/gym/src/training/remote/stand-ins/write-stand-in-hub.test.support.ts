import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Folder of Python packages below that of programs, which the stand-in for `python3` looks into. */
export const packagesFolder = 'python-packages'

/**
 * Writes the Python package `huggingface_hub` beside the programs in `bin`, where the `python3` of `writeStandInTrainer`
 * finds it: whatever it is to download, it copies the weights in `model`, but for the patterns that it is to leave out.
 */
export async function writeStandInHub(bin: string, model: string): Promise<string> {
  const folder = join(bin, packagesFolder, 'huggingface_hub')
  await mkdir(folder, { recursive: true })
  const source = `
import fnmatch, os, shutil
def snapshot_download(repo_id, *, revision, local_dir, ignore_patterns):
    model = ${JSON.stringify(model)}
    for folder, _, names in os.walk(model):
        for name in names:
            file = os.path.join(folder, name)
            path = os.path.relpath(file, model)
            if any(fnmatch.fnmatch(path, pattern) for pattern in ignore_patterns):
                continue
            target = os.path.join(local_dir, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(file, target)
    print(f"Fetching {repo_id} at {revision}")
    return local_dir
`
  await writeFile(join(folder, '__init__.py'), source)
  return bin
}
