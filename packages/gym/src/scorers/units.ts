/**
 * Which words behind a number are a unit. `any`: all but the names of mathematics, as in `12 apples`. `named`: those of a
 * list, and what `\text{}` or `\mathrm{}` sets upright, so that `2x` and `3 \pi` stay what they are.
 */
export type Units = 'any' | 'named'

/** Letters and words of mathematics: what they stand behind is not the whole answer. */
const mathematical = new Set('i j k e x y z n pi π sqrt ln log sin cos tan exp mod choose or and'.split(' '))

/** Words that change the number they stand behind. */
const scales = new Set('hundred thousand million billion trillion dozen more less'.split(' '))

const named = new Set(
  `mm cm dm km inch inches ft foot feet yd yard yards mile miles mph kmh kph meter meters metre metres centimeter centimeters
  centimetre centimetres millimeter millimeters kilometer kilometers kilometre kilometres mg kg gram grams kilogram kilograms
  lb lbs pound pounds oz ounce ounces ton tons tonnes ml cl liter liters litre litres gallon gallons sec second seconds minute
  minutes hr hrs hour hours day days week weeks month months year years degree degrees radians dollar dollars cent cents euro
  euros unit units square cubic sq per point points way ways digit digits integers multiples edges people students`.split(
    /\s+/,
  ),
)

const upright = /^\\(?:text(?:bf|rm|it)?|mathrm|mbox) ?\{([^{}]*)\}$/
const unitToken =
  /\\(?:text(?:bf|rm|it)?|mathrm|mbox) ?\{[^{}]*\}|\p{L}+|°(?: ?[CFK](?!\p{L}))?|\^ ?(?:\{ ?-?\d ?\}|-?\d)|\S/gu
const maxTokens = 16

/** Tells whether a text in plain notation, found behind a number, is nothing but units and final punctuation. */
export function isUnit(text: string, units: Units): boolean {
  const tokens = text.match(unitToken) ?? []
  let follows = false
  return (
    tokens.length <= maxTokens &&
    tokens.every((token) => {
      const isConnector = token.startsWith('^') || '/×*-'.includes(token)
      if (isConnector) return follows
      follows = isUnitWord(token, units)
      return follows || '.,;:'.includes(token)
    })
  )
}

/** Tells whether one word, degree sign or `\text{}` group can be a unit. */
export function isUnitWord(word: string, units: Units): boolean {
  if (word.startsWith('°')) return true
  const group = upright.exec(word)?.[1]
  if (group === undefined) {
    if (!/^\p{L}+$/u.test(word)) return false
    return units === 'named' ? named.has(word.toLowerCase()) : !isMathematical(word)
  }
  const words: readonly string[] = group.match(/\p{L}+/gu) ?? []
  if (/(?<!\^-?)\d/.test(group) || words.some(isMathematical)) return false
  return units === 'any' || !words.some((one) => scales.has(one.toLowerCase()))
}

/** Tells whether a word names something of mathematics: a usual variable, a constant, a function. */
export function isMathematical(word: string): boolean {
  return mathematical.has(word.toLowerCase())
}
