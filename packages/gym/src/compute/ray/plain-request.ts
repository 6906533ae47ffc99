import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface PlainRequestOptions {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal: AbortSignal
}

/** Sends a request and reads the whole answer as text. */
export type PlainRequest = (
  url: string,
  options: PlainRequestOptions,
) => Promise<{ readonly status: number; readonly text: string }>

/**
 * Sends a request with no header but those given. The `fetch` of Node adds `Sec-Fetch-Mode`, by which Ray takes it for a
 * browser, and refuses to do anything but read (status 405).
 */
export const plainRequest: PlainRequest = (url, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const outgoing = send(url, { method, headers, signal }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        text += piece
      })
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      answer.once('error', reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
