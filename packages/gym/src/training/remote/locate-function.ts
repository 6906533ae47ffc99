import { Session } from 'node:inspector'
import { fileURLToPath } from 'node:url'

const handover = Symbol.for('training-gym.located-function')

/** Finds the file in which a function was written, as V8 knows it; null for built-in and evaluated ones. */
// biome-ignore lint/complexity/noBannedTypes: any function at all may be asked about.
export function locateFunction(wanted: Function): string | null {
  const holder = globalThis as { [handover]?: unknown }
  const session = new Session()
  session.connect()
  try {
    holder[handover] = wanted
    const files = new Map<string, string>()
    session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url))
    // Calls back before it returns: the session is one of this thread with itself.
    session.post('Debugger.enable')
    let scriptId: string | undefined
    const expression = 'globalThis[Symbol.for("training-gym.located-function")]'
    session.post('Runtime.evaluate', { expression }, (_, found) => {
      const objectId = found?.result.objectId
      if (objectId === undefined) return
      session.post('Runtime.getProperties', { objectId }, (_error, own) => {
        const place = own?.internalProperties?.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value
        scriptId = (place as { scriptId?: string } | undefined)?.scriptId
      })
    })
    const url = scriptId === undefined ? undefined : files.get(scriptId)
    if (url === undefined || url === '') return null
    return url.startsWith('file:') ? fileURLToPath(url.split('?')[0] ?? url) : url
  } finally {
    delete holder[handover]
    session.disconnect()
  }
}
