// Draws the ratios of a bench as bars: node bench/write-chart.mjs ROWS.json [MORE.json] > docs/images/bench.svg
// Rows are those of `npm run bench -- --json FILE`; drawn is each row that compares another system with the gym.
import { readFileSync } from 'node:fs'

const rows = process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')))
const bars = rows
  .filter(({ ratio, bench }) => typeof ratio === 'number' && /^(GRPO step$|generation)/.test(bench))
  .map(({ bench, model, system, ratio }) => ({ label: `${bench}, ${model}: ${system}`, ratio }))
if (bars.length === 0) throw new Error('these files hold no comparison; give what npm run bench -- --json FILE wrote')

const [left, width, line] = [330, 760, 22]
const most = Math.max(...bars.map(({ ratio }) => ratio))
const scale = (width - left - 70) / most
const height = bars.length * line + 46
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const drawn = bars.map(({ label, ratio }, i) => {
  const y = 34 + i * line
  const colour = ratio >= 1 ? '#2f7d6b' : '#b4572f'
  return [
    `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escaped(label)}</text>`,
    `<rect x="${left}" y="${y}" width="${(ratio * scale).toFixed(1)}" height="15" rx="2" fill="${colour}"/>`,
    `<text x="${(left + ratio * scale + 6).toFixed(1)}" y="${y + 12}">${ratio.toFixed(2)} x</text>`,
  ].join('\n')
})
const one = left + scale
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#5b6470" role="img" aria-label="The gym against other systems">
<text x="8" y="16" font-size="13">How many times faster the gym is, same weights and settings, two threads</text>
${drawn.join('\n')}
<line x1="${one}" y1="28" x2="${one}" y2="${height - 8}" stroke="#5b6470" stroke-dasharray="3 3"/>
</svg>
`)
