#!/usr/bin/env node
// Stands beside dist and not in it: npm links a program when it installs, and in a fresh clone nothing is built by then.
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(main)) await import(main.href)
else {
  process.stderr.write('training-gym is not built yet; run: npm run build\n')
  process.exitCode = 3
}
