import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type CallContext, ServerError, Status } from 'nice-grpc'
import { type FakeExec, startFakeExec } from './fake-exec.test.support.js'
import type { FakeSandbox } from './fake-sandbox.test.support.js'
import type { FakeWorld } from './fake-world.test.support.js'

interface StdinMessage {
  readonly start?: { readonly execId: string }
  readonly data?: Uint8Array
  readonly end?: unknown
}

/** Answers the calls that the SDK makes to the machine of a sandbox: commands, their files, readiness. */
export function fakeRouter(world: FakeWorld) {
  const execs = new Map<string, FakeExec>()
  const execOf = (id: string): FakeExec => {
    const found = execs.get(id)
    if (found === undefined) throw new ServerError(Status.NOT_FOUND, `no command ${id}`)
    return found
  }
  const sandboxOf = (taskId: string): FakeSandbox => {
    const found = [...world.sandboxes.values()].find((one) => one.taskId === taskId)
    if (found === undefined) throw new ServerError(Status.NOT_FOUND, `no task ${taskId}`)
    if (found.result !== null) throw new ServerError(Status.FAILED_PRECONDITION, `sandbox ${found.id} has ended`)
    return found
  }
  return {
    async taskExecStart({ taskId, execId, commandArgs }: { taskId: string; execId: string; commandArgs: string[] }) {
      // The SDK repeats a call whose answer was lost.
      if (!execs.has(execId)) execs.set(execId, startFakeExec(sandboxOf(taskId), commandArgs, world.faults))
      return {}
    },
    async taskExecStdinWrite({ execId, data, eof }: { execId: string; data: Uint8Array; eof: boolean }) {
      const { stdin } = execOf(execId)
      if (data.length > 0) await write(stdin, data)
      if (eof) stdin.end()
      return {}
    },
    async taskExecStdinWriteStream(messages: AsyncIterable<StdinMessage>) {
      let exec: FakeExec | undefined
      let numBytesWritten = 0
      for await (const { start, data, end } of messages) {
        if (start !== undefined) exec = execOf(start.execId)
        if (data !== undefined && data.length > 0 && exec !== undefined) {
          numBytesWritten += data.length
          await write(exec.stdin, data)
        }
        if (end !== undefined) exec?.stdin.end()
      }
      return { numBytesWritten }
    },
    async *taskExecStdioRead(request: { execId: string; fileDescriptor: number; offset: unknown }) {
      // The router counts outputs from 0, everything else from 1.
      const fileDescriptor = request.fileDescriptor === 0 ? 1 : 2
      for await (const data of execOf(request.execId).read(fileDescriptor, Number(request.offset))) yield { data }
    },
    taskExecWait: async ({ execId }: { execId: string }) => ({ code: await execOf(execId).ended }),
    async taskExecPoll({ execId }: { execId: string }) {
      const code = execOf(execId).code()
      return code === null ? {} : { code }
    },
    async sandboxWaitUntilReady({ taskId, timeout }: { taskId: string; timeout: number }, { signal }: CallContext) {
      const deadline = Date.now() + timeout * 1000
      for (;;) {
        const sandbox = sandboxOf(taskId)
        const { readinessProbe } = sandbox.definition
        if (readinessProbe === undefined) throw new ServerError(Status.INVALID_ARGUMENT, 'the sandbox has no probe')
        const argv = readinessProbe.execCommand?.argv ?? []
        if ((await startFakeExec(sandbox, argv).ended) === 0) return {}
        if (Date.now() >= deadline) throw new ServerError(Status.DEADLINE_EXCEEDED, 'not ready in time')
        await delay(readinessProbe.intervalMs, undefined, { signal })
      }
    },
    async taskReloadVolumes({ taskId }: { taskId: string }) {
      sandboxOf(taskId)
      return {}
    },
  }
}

async function write(stdin: FakeExec['stdin'], data: Uint8Array): Promise<void> {
  if (!stdin.write(data)) await once(stdin, 'drain')
}
