import { createHash } from 'node:crypto'
import { markupLine } from './markup.js'

/**
 * Begins an HTML file that stands alone, up to the opening of `<main>`: its content security policy forbids everything but
 * this very style. `title` is text, not markup.
 */
export function pageOpening(title: string, style: string): string {
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${markupLine(title)}</title>
<style>${style}</style>
</head>
<body>
<main>`
}
