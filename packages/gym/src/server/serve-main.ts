import { Engine } from '@training-gym/engine'
import { runServerProcess } from './server-process.js'

await runServerProcess(process.argv.slice(2), (options) => Engine.open(options))
