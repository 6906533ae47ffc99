#!/usr/bin/env node
import { runCli } from './run-cli.js'

const exitCode = await runCli(process.argv.slice(2))
// Flushed first: leaving early would cut off data that a pipe has not taken yet.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))))
process.exit(exitCode)
