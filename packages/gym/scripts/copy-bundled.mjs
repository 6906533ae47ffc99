// Copies what the published package carries besides code: the bundled model, its topics and the tutorials.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))
const repositoryRoot = dirname(dirname(packageRoot))
const bundled = join(packageRoot, 'bundled')

rmSync(bundled, { recursive: true, force: true })
mkdirSync(bundled, { recursive: true })
cpSync(join(repositoryRoot, 'models/tiny-poet'), join(bundled, 'tiny-poet'), {
  recursive: true,
  filter: (source) => !source.includes('pretrain'),
})
for (const folder of ['tutorials']) {
  if (existsSync(join(repositoryRoot, folder))) {
    cpSync(join(repositoryRoot, folder), join(bundled, folder), { recursive: true })
  }
}
