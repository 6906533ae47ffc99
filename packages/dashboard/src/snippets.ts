/** How the next answers are sampled; what is undefined is the deployment's to decide. */
export interface Sampling {
  readonly temperature?: number | undefined
  readonly top_p?: number | undefined
  readonly max_tokens?: number | undefined
  readonly seed?: number | undefined
}

/** What the snippets ask. */
export interface Asked {
  readonly url: string
  readonly model: string
  readonly system: string
  readonly prompt: string
  readonly sampling: Sampling
}

/** Writes code that asks a deployment the same outside of this page, by what one uses. */
export function snippetsFor({
  url,
  model,
  system,
  prompt,
  sampling,
}: Asked): Record<'curl' | 'openai' | 'AI SDK', string> {
  const messages = [...(system === '' ? [] : [{ role: 'system', content: system }]), { role: 'user', content: prompt }]
  const given = Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined))
  const request = { model, messages, ...given }
  const { temperature, top_p, max_tokens, seed } = sampling
  const settings = Object.entries({ temperature, topP: top_p, maxOutputTokens: max_tokens, seed })
  const fields = settings.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value},`]))
  return {
    curl: `curl ${url}/chat/completions \\\n  -H 'content-type: application/json' \\\n  -d ${shellQuoted(JSON.stringify(request))}`,
    openai: [
      "import OpenAI from 'openai'",
      '',
      `const client = new OpenAI({ baseURL: ${JSON.stringify(url)}, apiKey: 'none' })`,
      `const answer = await client.chat.completions.create(${JSON.stringify(request, null, 2)})`,
      'console.log(answer.choices[0].message.content)',
    ].join('\n'),
    'AI SDK': [
      "import { createGym } from '@training-gym/ai-sdk'",
      "import { generateText } from 'ai'",
      '',
      `const gym = createGym({ baseURL: ${JSON.stringify(url)} })`,
      'const { text } = await generateText({',
      `  model: gym(${JSON.stringify(model)}),`,
      ...(system === '' ? [] : [`  system: ${JSON.stringify(system)},`]),
      `  prompt: ${JSON.stringify(prompt)},`,
      ...fields,
      '})',
      'console.log(text)',
    ].join('\n'),
  }
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
