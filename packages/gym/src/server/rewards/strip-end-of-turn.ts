/** Markers that end a turn in the chat formats of Qwen, Llama 3, Gemma, Phi and Mistral models. */
export const endOfTurnMarkers: readonly string[] = [
  '<|im_end|>',
  '<|endoftext|>',
  '<|eot_id|>',
  '<|end_of_text|>',
  '<end_of_turn>',
  '<|end|>',
  '</s>',
]

/**
 * Takes the end-of-turn markers, and the white space around them, off the end of a response; a response that does not
 * end in one is returned as it is. slime samples with markers kept in the text; a reward must never see them.
 */
export function stripEndOfTurn(response: string, markers: readonly string[] = endOfTurnMarkers): string {
  let text = response
  for (;;) {
    const trimmed = text.trimEnd()
    const marker = markers.find((one) => trimmed.endsWith(one))
    if (marker === undefined) return text
    text = trimmed.slice(0, -marker.length)
  }
}
