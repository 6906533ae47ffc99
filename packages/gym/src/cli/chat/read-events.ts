import { GymError } from '../../errors.js'

/** A server that never ends a line must not fill the memory, characters. */
const longestLine = 1_000_000

/** Reads the `data:` lines of a server-sent event stream, as they come; other fields are skipped. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    const lines = pending.split(/\r\n|\n|\r(?!$)/)
    pending = lines.pop() ?? ''
    if (pending.length > longestLine) {
      throw new GymError('provider', 'bad-stream', `the server sent a line of more than ${longestLine} characters`)
    }
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trimStart()
  }
  const last = pending.replace(/\r$/, '')
  if (last.startsWith('data:')) yield last.slice(5).trimStart()
}
