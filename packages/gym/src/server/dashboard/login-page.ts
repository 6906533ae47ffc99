/**
 * Writes the page that asks for the password; it needs no script. Its form has no `action`: what is sent to the page's
 * own address keeps the part after `#`, and with it the view that was wanted, across the redirects.
 */
export function loginPage(stylesheet: string | undefined, problem?: string): string {
  const style = stylesheet === undefined ? '' : `<link rel="stylesheet" href="${stylesheet}">`
  const alert = problem === undefined ? '' : `<p class="note bad" role="alert">${problem}</p>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Log in – training-gym</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${style}
</head>
<body>
<header class="top"><strong>training-gym</strong></header>
<main>
<h1>Which password was it started with?</h1>
${alert}
<form method="post" class="controls">
<label class="field">Password<input type="password" name="password" autocomplete="current-password" required autofocus></label>
<button>Log in</button>
</form>
</main>
</body>
</html>
`
}
