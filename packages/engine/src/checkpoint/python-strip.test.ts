import { describe, expect, it } from 'vitest'
import { compileChatTemplate } from './chat-template.js'

const render = (template: string, kwargs: Record<string, unknown> = {}) =>
  compileChatTemplate(template, { source: 'test', specialTokens: {}, now: () => new Date(0) })([], { kwargs })

describe('strip in a chat template', () => {
  it.each([
    ["{{ text.strip('\\n') }}", '\n a \n', ' a '],
    ["{{ text.lstrip('\\n') }}", '\n a \n', ' a \n'],
    ["{{ text.rstrip('\\n') }}", '\n a \n', '\n a '],
    ["{{ text.strip('xy') }}", 'yxaxby', 'axb'],
    ["{{ text.strip('🌸') }}", '🌸a🌸', 'a'],
    ['{{ text.strip() }}', '\n a \n', 'a'],
    ['{{ text.strip(none) }}', '\n a \n', 'a'],
    ["{% if true %}{% for x in [text] %}{{ x.split('|')[-1].lstrip('\\n') }}{% endfor %}{% endif %}", 'q|\n a', ' a'],
    ["{% set ns = namespace(t=text) %}{{ ns.t.rstrip(',') ~ '.' }}", 'a,,', 'a.'],
    ["{% macro m(s) %}[{{ s.strip('-') }}]{% endmacro %}{{ m(text) }}", '-a-', '[a]'],
    ["{{ (text.strip('-') | upper) if text.strip('-') == 'a' else 'no' }}", '-a-', 'A'],
    ["{{ {'k': text.strip('-')}['k'] }}", '-a-', 'a'],
  ])('follows Python: %s', (template, text, expected) => {
    expect(render(template, { text })).toBe(expected)
  })

  it('fails on what is not a string', () => {
    expect(() => render("{{ text.strip('x') }}", { text: 7 })).toThrow('strip() was called on number')
  })
})
