/** What opens or closes mathematics, or says which money it is; none of them changes a number. */
const delimiter = String.raw`(?:\\?[$€£¥₹]|\\[()[\]])`
const spacedMinus = new RegExp(String.raw`(?<=${delimiter})- (?=[\d.\\])`, 'g')
const betweenDigits = new RegExp(String.raw`(?<=\d)(?: ?${delimiter})+ ?(?=\d)`, 'g')
const delimiters = new RegExp(delimiter, 'g')

/**
 * Writes numbers and LaTeX in one notation: `5²` becomes `5^{2}`, `2½` `2 1/2`, `\dfrac12` `\frac{1}{2}`, `10,\!000`
 * `10,000`, `\times` `×`. Currency signs, `$` and sizes go, runs of spaces become one, line breaks stay. Linear in the length.
 */
export function plainNotation(text: string): string {
  return (
    text
      .replace(/(?<=\d)(?:\\[,!]|,\\!|\{,\}|[\u2009\u202f])(?=\d{3}(?!\d))/g, ',')
      // NFKC turns 5², 101₂ and 2½ into 52, 1012 and 21/2: what is raised, lowered or put behind is marked as such first.
      .replace(/[⁺⁻]?[⁰¹²³⁴-⁹]+/g, (raised) => `^{${raised}}`)
      .replace(/[₀-₉]+/g, (lowered) => `_{${lowered}}`)
      .replace(/(?<=[\d\p{No}])(?=[^\P{No}⁰¹²³⁴-⁹₀-₉])|(?<=[^\P{No}⁰¹²³⁴-⁹₀-₉])(?=\d)/gu, ' ')
      .replace(/[º˚]/g, '°')
      .normalize('NFKC')
      .replace(/[\u2010-\u2013\u2212]/g, '-')
      .replaceAll('\u2044', '/')
      .replace(/\\(?:left|right|displaystyle|textstyle|[bB]igg?[lr]?|q?quad)(?![a-zA-Z])|\\[,;:! ]|~/g, ' ')
      .replace(/\\(?:times|cdot)(?![a-zA-Z])|[·⋅∙]/g, '×')
      .replace(/\\div(?![a-zA-Z])/g, '÷')
      .replace(/\\approx(?![a-zA-Z])/g, '≈')
      .replaceAll('\\%', '%')
      .replace(/[^\S\n]+/g, ' ')
      .replace(/ ?\^ ?(?:\{ ?\\circ ?\}|\\circ(?![a-zA-Z]))|\\degree(?![a-zA-Z])/g, '°')
      .replace(/\\[cdt]?frac ?(\{[^{}]*\}|\d) ?(\{[^{}]*\}|\d)/g, (_, top: string, bottom: string) => {
        return `\\frac${braced(top)}${braced(bottom)}`
      })
      .replace(/\\[cdt]frac(?![a-zA-Z])/g, '\\frac')
      .replace(spacedMinus, '-')
      .replace(betweenDigits, ' ')
      .replace(delimiters, '')
  )
}

function braced(argument: string): string {
  return argument.startsWith('{') ? argument : `{${argument}}`
}
