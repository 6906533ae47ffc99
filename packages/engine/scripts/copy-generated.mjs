// tsc leaves the generated protobuf module alone (it is JavaScript beside its own .d.ts), so it is copied here.
import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))
cpSync(join(packageRoot, 'src/graph/generated'), join(packageRoot, 'dist/graph/generated'), { recursive: true })
