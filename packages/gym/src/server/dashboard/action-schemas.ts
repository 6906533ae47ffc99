import { z } from '@hono/zod-openapi'
import { pageSchema } from './paging.js'

/** What an action of the page started: one command of this program, which outlives the dashboard. */
export const jobSchema = z
  .object({
    jobId: z.string(),
    kind: z.enum(['resume', 'serve', 'evaluate']),
    /** The run or checkpoint that it is about. */
    subject: z.string(),
    /** As a person would type it. */
    command: z.string(),
    state: z.enum(['running', 'done', 'failed', 'stopped']),
    startedAt: z.number(),
    endedAt: z.number().nullable(),
    /** The last lines that it said. */
    output: z.string(),
  })
  .openapi('Job')

export const jobListSchema = pageSchema(jobSchema).openapi('JobList')

/** Says what was asked of a process. */
export const askedSchema = z.object({ sentence: z.string() }).openapi('Asked')

/** What can be done with a run and its checkpoints from here, and what to type where it cannot. */
export const possibleActionsSchema = z
  .object({
    /** A sentence where the action is not possible from here; null where it is. */
    stop: z.string().nullable(),
    resume: z.string().nullable(),
    evaluate: z.string().nullable(),
  })
  .openapi('PossibleActions')

export type Job = z.infer<typeof jobSchema>
export type JobList = z.infer<typeof jobListSchema>
export type Asked = z.infer<typeof askedSchema>
export type PossibleActions = z.infer<typeof possibleActionsSchema>
