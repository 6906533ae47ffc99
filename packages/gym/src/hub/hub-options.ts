import { z } from 'zod'

/** The options of `HubOptions`, for zod objects that include them. */
export const hubOptions = {
  hubUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  accessToken: z.string().startsWith('hf_', 'must start with "hf_"').optional(),
  fetch: z.custom<typeof fetch>((value) => typeof value === 'function', 'must be a function').optional(),
}

/** A repository's name: `owner/name` or `name`; nothing that could climb out of a folder. */
export const repoName = z
  .string()
  .regex(/^(?!.*\.\.)\w[\w.-]*(\/\w[\w.-]*)?$/, 'must be a repository such as "owner/name"')
