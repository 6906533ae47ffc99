import { createServer } from 'node:net'
import { GymError } from '../errors.js'

/**
 * Finds a port on 127.0.0.1 for a program that cannot choose one itself: the given one, or any free one for 0. Another
 * program may still take it before that one does.
 *
 * @throws GymError `port-in-use` or `port-not-opened` with boundary 'config'.
 */
export function findFreePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE'
      const what = isTaken ? `port ${port} is already in use` : `port ${port} cannot be opened (${cause.message})`
      const message = `${what}; ${isTaken ? 'stop the program that has it, or ' : ''}give another port (0 takes any free one)`
      reject(new GymError('config', isTaken ? 'port-in-use' : 'port-not-opened', message, { cause }))
    })
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
