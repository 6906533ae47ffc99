import { type FakeModalOptions, startFakeModal } from './fake-modal.test.support.js'

/*
 * The stand-in for Modal as a program of its own, so that clients of it can be killed. It takes FakeModalOptions as JSON
 * in its first argument, says in one line of JSON where it is, and ends when its stdin closes or on SIGTERM.
 */
const modal = await startFakeModal(JSON.parse(process.argv[2] ?? '{}') as FakeModalOptions)
const { env, mountRoot, connectUrl } = modal
// Each running sandbox waits for the end of this process.
process.setMaxListeners(1000)
process.stdout.write(`${JSON.stringify({ env, mountRoot, adminUrl: `${connectUrl}/_stand-in` })}\n`)
let isStopping = false
const stop = (): void => {
  if (isStopping) return
  isStopping = true
  void modal.stop().then(() => process.exit(0))
}
process.stdin.resume()
process.stdin.once('close', stop)
process.once('SIGTERM', stop)
