/** Tells whether a process with this id exists on this machine. */
export type IsAlive = (pid: number) => boolean

/** Asks the operating system; a process of another user (EPERM) counts as alive. */
export const isProcessAlive: IsAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
