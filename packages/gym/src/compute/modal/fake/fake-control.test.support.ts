import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type CallContext, ServerError, Status } from 'nice-grpc'
import { portVariable } from '../../check-spec.js'
import { streamFakeLogs } from './fake-logs.test.support.js'
import { type CreateRequest, type FakeSandbox, type FakeTag, startFakeSandbox } from './fake-sandbox.test.support.js'
import { type FakeWorld, fakeId, fakeJwt } from './fake-world.test.support.js'

const CREATE_IF_MISSING = 1
const SUCCESS = 1
const FAILURE = 2

interface Access {
  /** Where the router listens, as the https URL that the SDK insists on; on loopback it dials it in plain text. */
  readonly routerUrl: () => string
  /** Where connect tokens are good. */
  readonly connectUrl: () => string
}

/** Answers the calls of the control plane; only those that the gym's host makes. */
export function fakeControl(world: FakeWorld, { routerUrl, connectUrl }: Access) {
  const { faults } = world
  const sandboxOf = (id: string): FakeSandbox => {
    const sandbox = world.sandboxes.get(id)
    if (sandbox === undefined) throw new ServerError(Status.NOT_FOUND, `Sandbox ${id} not found`)
    return sandbox
  }
  const isWaiting = ({ definition }: FakeSandbox) =>
    faults.hasQueueForGpus && (definition.resources?.gpuConfig?.count ?? 0) > 0
  const newest = () => [...world.sandboxes.values()].reverse()
  const fromName = (request: { sandboxName: string; appName: string; includeTerminated?: boolean }) => {
    const appId = world.apps.get(request.appName)
    const isMeant = (one: FakeSandbox) =>
      one.name === request.sandboxName && one.appId === appId && !(faults.namesOnlyWithMachine && isWaiting(one))
    const running = newest().find((one) => isMeant(one) && one.result === null)
    const found = running ?? (request.includeTerminated ? newest().find(isMeant) : undefined)
    if (found === undefined) throw new ServerError(Status.NOT_FOUND, `no sandbox named ${request.sandboxName}`)
    return { sandboxId: found.id }
  }
  return {
    authTokenGet: async () => ({ token: fakeJwt() }),
    environmentGetOrCreate: async () => ({
      environmentId: 'en-1',
      metadata: { name: 'main', settings: { imageBuilderVersion: '2025.06', webhookSuffix: '' } },
    }),
    async appGetOrCreate({ appName, objectCreationType }: { appName: string; objectCreationType: number }) {
      if (!world.apps.has(appName) && objectCreationType !== CREATE_IF_MISSING) {
        throw new ServerError(Status.NOT_FOUND, `no app ${appName}`)
      }
      const appId = world.apps.get(appName) ?? fakeId('ap')
      world.apps.set(appName, appId)
      return { appId }
    },
    async secretGetOrCreate(request: { deploymentName: string; envDict: Record<string, string> }) {
      if (request.deploymentName !== '') {
        const found = [...world.secrets].find(([, secret]) => secret.name === request.deploymentName)
        if (found === undefined) throw new ServerError(Status.NOT_FOUND, `no secret named ${request.deploymentName}`)
        return { secretId: found[0] }
      }
      const secretId = fakeId('st')
      world.secrets.set(secretId, { name: null, values: request.envDict })
      return { secretId }
    },
    async volumeGetOrCreate({ deploymentName, version = 2 }: { deploymentName: string; version?: number }) {
      const known = [...world.volumes].find(([, volume]) => volume.name === deploymentName)
      const volumeId = known?.[0] ?? fakeId('vo')
      if (known === undefined) {
        const folder = join(world.root, 'volumes', deploymentName)
        mkdirSync(folder, { recursive: true })
        world.volumes.set(volumeId, { name: deploymentName, folder })
      }
      return { volumeId, metadata: { version, name: deploymentName } }
    },
    async imageGetByTag({ tag }: { tag: string }) {
      const imageId = world.published.get(tag)
      if (imageId === undefined) throw new ServerError(Status.NOT_FOUND, `no image ${tag}`)
      return { imageId }
    },
    async imageGetOrCreate({ image }: { image: { dockerfileCommands: string[]; baseImages: unknown[] } }) {
      const key = JSON.stringify([image.dockerfileCommands, image.baseImages])
      const found = world.images.get(key) ?? { id: fakeId('im'), isBuilt: false }
      world.images.set(key, found)
      return found.isBuilt ? { imageId: found.id, result: { status: SUCCESS } } : { imageId: found.id }
    },
    async *imageJoinStreaming({ imageId }: { imageId: string }, { signal }: CallContext) {
      await delay(faults.buildMs, undefined, { signal })
      const image = [...world.images.values()].find((one) => one.id === imageId)
      if (image === undefined) throw new ServerError(Status.NOT_FOUND, `no image ${imageId}`)
      if (faults.buildFailure !== null) {
        yield { entryId: '1-0', result: { status: FAILURE, exception: faults.buildFailure } }
        return
      }
      image.isBuilt = true
      yield { entryId: '1-0', result: { status: SUCCESS } }
    },
    async imagePublish({ imageId, tag }: { imageId: string; tag: string }) {
      world.published.set(tag, imageId)
      return {}
    },
    async sandboxCreate(request: CreateRequest) {
      if (faults.hasNoCapacity) throw new ServerError(Status.RESOURCE_EXHAUSTED, 'no GPU of this kind is free')
      const { id } = await startFakeSandbox(world, request)
      if (faults.lostCreateAnswers > 0) {
        faults.lostCreateAnswers--
        throw new ServerError(Status.UNAVAILABLE, 'the answer was lost')
      }
      return { sandboxId: id }
    },
    async sandboxGetTaskId({ sandboxId }: { sandboxId: string }) {
      const sandbox = sandboxOf(sandboxId)
      const { taskId, result } = sandbox
      if (!isWaiting(sandbox)) return { taskId }
      return result === null ? {} : { taskResult: { status: result.status, exception: 'it was terminated' } }
    },
    async sandboxWait({ sandboxId, timeout }: { sandboxId: string; timeout: number }) {
      const sandbox = sandboxOf(sandboxId)
      if (sandbox.result === null && timeout > 0) {
        await Promise.race([sandbox.process.exited, delay(timeout * 1000, undefined, { ref: false })])
      }
      return { result: sandbox.result ?? undefined, metadata: { appId: sandbox.appId } }
    },
    async sandboxTerminate({ sandboxId }: { sandboxId: string }) {
      await sandboxOf(sandboxId).end(3)
      return {}
    },
    async sandboxList(request: { appId: string; beforeTimestamp: number; tags: readonly FakeTag[] }) {
      const { appId, tags } = request
      // Protobuf gives 0 for a number that was left out.
      const beforeTimestamp = request.beforeTimestamp || Number.POSITIVE_INFINITY
      const hasTag = (one: FakeSandbox, tag: FakeTag) =>
        one.tags.some(({ tagName, tagValue }) => tagName === tag.tagName && tagValue === tag.tagValue)
      const sandboxes = newest()
        .filter((one) => one.result === null && one.appId === appId && one.createdAt < beforeTimestamp)
        .filter((one) => tags.every((tag) => hasTag(one, tag)))
        .map(({ id, createdAt, tags, name }) => ({ id, createdAt, appId, tags, name }))
      return { sandboxes }
    },
    sandboxGetFromName: async (request: Parameters<typeof fromName>[0]) => fromName(request),
    sandboxGetFromNameV2: async (request: Parameters<typeof fromName>[0]) => fromName(request),
    sandboxTagsGet: async ({ sandboxId }: { sandboxId: string }) => ({ tags: sandboxOf(sandboxId).tags }),
    async sandboxCreateConnectToken({ sandboxId, port }: { sandboxId: string; port: number }) {
      const token = fakeJwt()
      world.tokens.set(`${token}.${world.tokens.size}`, { sandboxId: sandboxOf(sandboxId).id, port })
      return { url: `${connectUrl()}/${sandboxId}/${port}`, token: `${token}.${world.tokens.size - 1}` }
    },
    /** A tunnel is the port itself; the SDK writes https before it, which a test has to take off again. */
    async sandboxGetTunnels({ sandboxId }: { sandboxId: string }) {
      const { definition, environment } = sandboxOf(sandboxId)
      const tunnels = (definition.openPorts?.ports ?? []).map(({ port }) => {
        return { containerPort: port, host: '127.0.0.1', port: Number(environment[portVariable(port)]) }
      })
      return { result: { status: SUCCESS }, tunnels }
    },
    async *sandboxGetLogs(
      request: { sandboxId: string; lastEntryId: string; fileDescriptor: number },
      { signal }: CallContext,
    ) {
      yield* streamFakeLogs(world, sandboxOf(request.sandboxId), request, signal)
    },
    taskGetCommandRouterAccess: async () => ({ url: routerUrl(), jwt: fakeJwt() }),
    sandboxGetCommandRouterAccess: async () => ({ url: routerUrl(), jwt: fakeJwt() }),
  }
}
