import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What the gym's own Python takes from the package `ray`: workers of one node, which see what real ones would. */
const files: Readonly<Record<string, string>> = {
  'ray/__init__.py': `
import json, os
def init(**options):
    pass
def nodes():
    lost = {"Alive": False, "NodeID": "lost", "NodeManagerAddress": "192.0.2.1"}
    return [lost, {"Alive": True, "NodeID": "head", "NodeManagerAddress": "127.0.0.1"}]
def _worker_environment():
    with open(os.environ["STAND_IN_RAY_NODE"]) as file:
        node = json.load(file)
    return {**node, **json.loads(os.environ["RAY_JOB_CONFIG_JSON_ENV_VAR"])["runtime_env"]["env_vars"]}
class _Remote:
    def __init__(self, function):
        self.function = function
    def options(self, **options):
        return self
    def remote(self, *args):
        own, environment = dict(os.environ), _worker_environment()
        os.environ.clear()
        os.environ.update(environment)
        try:
            return self.function(*args)
        finally:
            os.environ.clear()
            os.environ.update(own)
def remote(**options):
    return _Remote
def get(value, timeout=None):
    return value
`,
  'ray/util/__init__.py': '',
  'ray/util/scheduling_strategies.py': `
class NodeAffinitySchedulingStrategy:
    def __init__(self, node_id, soft):
        pass
`,
}

/** Writes the package into a folder for PYTHONPATH, and returns that. It works in jobs of the stand-in for a head. */
export async function writeRayPackage(folder: string): Promise<string> {
  for (const [name, source] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), source)
  }
  return folder
}
