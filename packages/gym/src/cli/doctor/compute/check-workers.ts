import { z } from 'zod'
import { checkFailed, checkSpec, outputOf } from './check-process.js'
import type { ComputeCheck } from './compute-check.js'

/** Value of the variable that workers are asked for. */
const WORD = 'known'
/** What the line about a node begins with. */
const ANSWER = 'GYM-NODE '

/** Asks a worker on each node what it knows, and whether it reaches a port of this one as slime reaches the reward server. */
const program = `
import json, os, random, socket
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
ray.init(log_to_driver=False)
address = (os.environ["RAY_ADDRESS"].rpartition(":")[0], random.randrange(20000, 30000))
server = socket.create_server(address)
@ray.remote(num_cpus=0)
def look():
    try:
        socket.create_connection(address, timeout=10).close()
        problem = None
    except OSError as error:
        problem = str(error)
    return {"word": os.environ.get("GYM_CHECK"), "problem": problem}
for node in ray.nodes():
    if node["Alive"]:
        there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        seen = ray.get(look.options(scheduling_strategy=there).remote(), timeout=120)
        print("${ANSWER}" + json.dumps({"node": node["NodeManagerAddress"], **seen}), flush=True)
`

const seenSchema = z.object({ node: z.string(), word: z.string().nullable(), problem: z.string().nullable() })

/** Checks what slime, which does everything in workers on nodes that Ray chooses, needs of each of them. */
export const checkWorkers: ComputeCheck = {
  name: 'workers',
  proves: 'workers on every node know the variables of a run, and reach the head, where its reward is served',
  costUsd: 0,
  async run(context) {
    const command = ['python3', '-c', program]
    const spec = checkSpec('workers', '', { command, environment: { GYM_CHECK: WORD } })
    const lines = await outputOf(context, spec)
    const answers = lines.filter((line) => line.startsWith(ANSWER)).map((line) => line.slice(ANSWER.length))
    const seen = answers.map((answer) => seenSchema.parse(JSON.parse(answer)))
    for (const { node, word, problem } of seen) {
      if (word !== WORD) {
        throw checkFailed(
          `a worker on ${node} does not know the variables of its job`,
          'set those of the recipe in the environment of the nodes for now, and tell us',
        )
      }
      if (problem === null) continue
      throw checkFailed(
        `a worker on ${node} does not reach the head: ${problem}`,
        'open ports 20000 to 29999 of the head to the other nodes',
      )
    }
    if (seen.length === 0) throw checkFailed('no node has a worker', 'see the log of the job in the dashboard')
    return `workers on ${seen.length === 1 ? 'the one node' : `all ${seen.length} nodes`} know the variables of their job and reach the head`
  },
}
