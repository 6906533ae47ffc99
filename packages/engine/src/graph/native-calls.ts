// A thread that is ended while ONNX Runtime computes aborts the whole process: on its return the binding cannot make
// values any more, and throws where nothing catches. So whoever is about to exit waits for the call under way.

/** What two threads share: how many native calls are under way, and whether another may begin. */
export type NativeCallFlags = Int32Array<SharedArrayBuffer>

const underWay = 0
const isExiting = 1
/** Longest wait at exit, ms: a pass of a large model on a slow machine. */
const longestWait = 60_000

let ownFlags: NativeCallFlags | null = null

export function nativeCallFlags(): NativeCallFlags {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

/** Has the native calls of this thread be seen by the thread that holds the same flags. */
export function showNativeCalls(flags: NativeCallFlags): void {
  ownFlags = flags
}

/** Makes a call into ONNX Runtime; while the process exits it never returns. */
export async function nativeCall<T>(call: () => Promise<T>): Promise<T> {
  const flags = ownFlags
  if (flags === null) return await call()
  Atomics.add(flags, underWay, 1)
  stayIfExiting(flags)
  try {
    return await call()
  } finally {
    leave(flags)
  }
}

/**
 * Forgets the calls of this thread; for the moment before it ends by itself. A call computes in one go, so that whoever can say
 * this is in none: one that is under way has yet to begin or has computed, and nobody would count it down any more.
 */
export function forgetNativeCalls(): void {
  if (ownFlags === null) return
  Atomics.store(ownFlags, underWay, 0)
  Atomics.notify(ownFlags, underWay)
}

/** Lets the other thread begin no further call and blocks until none is under way; for the moment before an exit. */
export function awaitNativeCalls(flags: NativeCallFlags): void {
  Atomics.store(flags, isExiting, 1)
  const end = performance.now() + longestWait
  for (let calls = Atomics.load(flags, underWay); calls > 0; calls = Atomics.load(flags, underWay)) {
    const left = end - performance.now()
    if (left <= 0) return
    Atomics.wait(flags, underWay, calls, left)
  }
}

function leave(flags: NativeCallFlags): void {
  Atomics.sub(flags, underWay, 1)
  Atomics.notify(flags, underWay)
}

function stayIfExiting(flags: NativeCallFlags): void {
  if (Atomics.load(flags, isExiting) === 0) return
  leave(flags)
  Atomics.wait(flags, isExiting, 1)
}
