import type { JobList, PossibleActions } from './action-schemas.js'
import type { Deployment, DeploymentList } from './deployment-routes.js'
import type { ComparedPrompts, Comparisons, Eval, EvalList, EvalRowList } from './eval-schemas.js'
import type { RunLog } from './run-log-routes.js'
import type {
  CheckpointList,
  ExplainedStep,
  GroupList,
  RowRolloutList,
  Run,
  RunList,
  SampleList,
  SampleTokens,
  Series,
} from './run-schemas.js'

/** What GET of each path of the API under `/api/v1` answers; the schemas of the OpenAPI document, as types. */
export interface DashboardAnswers {
  readonly runs: RunList
  readonly 'runs/{run}': Run
  readonly 'runs/{run}/actions': PossibleActions
  readonly 'runs/{run}/checkpoints': CheckpointList
  readonly 'runs/{run}/log': RunLog
  readonly 'runs/{run}/rows/{row}': RowRolloutList
  readonly 'runs/{run}/series': Series
  readonly 'runs/{run}/steps/{step}': ExplainedStep
  readonly 'runs/{run}/steps/{step}/groups': GroupList
  readonly 'runs/{run}/steps/{step}/groups/{group}/samples/{sample}': SampleTokens
  readonly 'runs/{run}/steps/{step}/samples': SampleList
  readonly evals: EvalList
  readonly 'evals/{eval}': Eval
  readonly 'evals/{eval}/rows': EvalRowList
  readonly comparisons: Comparisons
  readonly 'comparisons/prompts': ComparedPrompts
  readonly deployments: DeploymentList
  readonly 'deployments/{deployment}': Deployment
  readonly jobs: JobList
}
