import { describe, expect, it } from 'vitest'
import { parseSettings } from './recipe-settings.js'
import { shownPath } from './shown-path.js'

describe('--set', () => {
  it('reads numbers, booleans and JSON as such and anything else as text', () => {
    expect(
      parseSettings(['lr=1e-4', 'grpoStdNormalization=true', 'klLossType=k3', 'kwargs={"a":[1]}', 'x=a=b']),
    ).toEqual({
      lr: 1e-4,
      grpoStdNormalization: true,
      klLossType: 'k3',
      kwargs: { a: [1] },
      x: 'a=b',
    })
  })

  it('refuses a setting without a name', () => {
    expect(() => parseSettings(['lr'])).toThrow('--set "lr" is not name=value; write for example --set lr=1e-4')
    expect(() => parseSettings(['=1'])).toThrow('is not name=value')
  })
})

describe('a path in a hint', () => {
  it('is relative inside the working folder, absolute elsewhere, and quoted for the shell where needed', () => {
    expect(shownPath('/home/a/.training-gym/iter_1', '/home/a')).toBe('./.training-gym/iter_1')
    expect(shownPath('/data/iter_1', '/home/a')).toBe('/data/iter_1')
    expect(shownPath("/home/a/it's here", '/home/a')).toBe("'./it'\\''s here'")
    expect(shownPath('/home/a', '/home/a')).toBe('/home/a')
  })
})
