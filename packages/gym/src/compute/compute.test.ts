import { describe, expect, it } from 'vitest'
import { parseOptions } from '../options/parse-options.js'
import { computeSchema, local, modal, ray } from './compute.js'

describe('compute', () => {
  it('is plain data', () => {
    expect([local(), modal({ gpu: 'H100:8' }), ray({ address: 'http://127.0.0.1:8265' })]).toEqual([
      { kind: 'local' },
      { kind: 'modal', gpu: 'H100:8' },
      { kind: 'ray', address: 'http://127.0.0.1:8265' },
    ])
  })

  it('refuses options that it does not know, and paths that are none', () => {
    const parse = (value: unknown) => () => parseOptions(computeSchema, value, 'compute')
    const all = modal({
      gpu: 'H100',
      appName: 'a',
      environment: 'dev',
      region: 'us-east-1',
      secrets: ['hf'],
      mountRoot: '/m',
    })
    expect(parse(all)()).toEqual(all)
    expect(parse({ kind: 'modal', apName: 'x' })).toThrow('did you mean "appName"?')
    expect(parse({ kind: 'ray', address: 'ray://head:10001' })).toThrow('must be an http or https URL')
    expect(parse(ray({ address: 'http://h:8265', storage: 'shared' }))).toThrow('must be an absolute path')
  })
})
