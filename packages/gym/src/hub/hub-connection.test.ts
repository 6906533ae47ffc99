import { expect, it } from 'vitest'
import { GymError } from '../errors.js'
import { connectToHub } from './hub-connection.js'

const subject = { kind: 'model', repo: 'a/b', offline: 'stay home' } as const

it('takes the hub and the token from the environment unless they are given', () => {
  const env = { HF_ENDPOINT: 'https://mirror.example/', HF_TOKEN: 'hf_env' }
  expect(connectToHub(subject, {}, undefined, env).params).toMatchObject({
    hubUrl: 'https://mirror.example',
    accessToken: 'hf_env',
  })
  const given = { hubUrl: 'https://other.example', accessToken: 'hf_given' }
  expect(connectToHub(subject, given, undefined, env).params).toMatchObject(given)
  const bare = connectToHub(subject, {}, undefined, { HF_ENDPOINT: '', HF_TOKEN: '' }).params
  expect(bare.hubUrl).toBe('https://huggingface.co')
  expect('accessToken' in bare).toBe(false)
})

it('finds the reason of a failed fetch among several addresses', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const error = new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) })
  const failure = connectToHub(subject, {}, undefined, {}).failure(error)
  expect(failure).toMatchObject({ boundary: 'provider', code: 'hub-unreachable', cause: error })
  expect(failure.message).toMatch(/^could not reach huggingface\.co for model "a\/b" \(ECONNREFUSED\);.*; stay home$/)
})

it('passes on errors that are sentences already', () => {
  const error = new GymError('data', 'x', 'y')
  expect(connectToHub(subject, {}, undefined, {}).failure(error)).toBe(error)
})

it('recovers the error behind a message, which is all that the streams of the client pass on', async () => {
  const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
  const failing: typeof fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
  const connection = connectToHub(subject, { fetch: failing }, undefined, {})
  await expect(connection.params.fetch('https://x.example')).rejects.toThrow('fetch failed')
  expect(connection.failure('fetch failed').message).toContain('(ENOTFOUND)')
})
