import { isIP } from 'node:net'
import { isLoopbackHost } from '../host-check.js'

/**
 * Makes the test of Host headers, which keeps out web pages that point a domain of theirs here (DNS rebinding). On loopback
 * only names of this machine pass; beyond it also plain addresses, which no such page can have, the address that is
 * listened on, and this machine's own name.
 */
export function allowedHost(listensOn: string | undefined, machineName: string): (host: string) => boolean {
  const names = [listensOn, machineName, `${machineName}.local`].map((name) => name?.toLowerCase())
  return (host) => {
    if (isLoopbackHost(host)) return true
    if (listensOn === undefined) return false
    try {
      const { hostname } = new URL(`http://${host}`)
      const bare = hostname.replace(/^\[|\]$/g, '')
      return isIP(bare) !== 0 || names.includes(bare.toLowerCase())
    } catch {
      return false
    }
  }
}
