/** Says how many tokens two sequences begin with alike. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a[length] === b[length]) length++
  return length
}

/** Says how many tokens all prompts begin with; the last token of each stays its own, since what follows it differs. */
export function sharedBeginning([first = [], ...others]: readonly (readonly number[])[]): number {
  return others.reduce(
    (shared, prompt) => Math.min(shared, commonPrefix(first, prompt), prompt.length - 1),
    Math.max(0, first.length - 1),
  )
}
