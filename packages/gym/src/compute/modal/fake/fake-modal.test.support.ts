import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CallContext,
  type CompatServiceDefinition,
  createServer,
  type Server,
  ServerError,
  type ServerMiddlewareCall,
  type ServiceImplementation,
  Status,
} from 'nice-grpc'
import { createConnectServer, killSandbox } from './fake-connect.test.support.js'
import { fakeControl } from './fake-control.test.support.js'
import { fakeRouter } from './fake-router.test.support.js'
import { type FakeFaults, type FakeWorld, fakeId } from './fake-world.test.support.js'
import { loadModalDefinitions } from './modal-definitions.test.support.js'

export interface FakeModalOptions {
  /** Values of the secrets that Modal keeps, by the secret's name. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Added to the environment of every sandbox, e.g. a PATH with stand-in programs. */
  readonly sandboxEnv?: Readonly<Record<string, string>>
  readonly faults?: Partial<FakeFaults>
}

/** A running stand-in for Modal. */
export interface FakeModal extends AsyncDisposable {
  /** Variables that make the SDK, and the gym's host, speak to it. */
  readonly env: Readonly<Record<string, string>>
  readonly mountRoot: string
  readonly faults: FakeFaults
  /** Names of the calls so far, in order. */
  readonly calls: readonly string[]
  readonly world: FakeWorld
  readonly connectUrl: string
  /** Ends a running sandbox as Modal does when it loses the machine. */
  kill(name: string): Promise<void>
  /** Ends every sandbox and removes all files. */
  stop(): Promise<void>
}

/**
 * Starts a control plane on loopback that speaks Modal's gRPC to the real SDK. A sandbox is a real process of this machine,
 * a volume a real folder; nothing is isolated. It shows that the gym uses the SDK well, not how Modal behaves.
 */
export async function startFakeModal(options: FakeModalOptions = {}): Promise<FakeModal> {
  // Without links on the way, so that paths compare as text.
  const root = await realpath(await mkdtemp(join(tmpdir(), 'fake-modal-')))
  const secrets: FakeWorld['secrets'] = new Map()
  for (const [name, values] of Object.entries(options.secrets ?? {})) secrets.set(fakeId('st'), { name, values })
  const world: FakeWorld = {
    root,
    mountRoot: join(root, 'mnt'),
    faults: {
      unavailable: 0,
      lostCreateAnswers: 0,
      buildMs: 0,
      buildFailure: null,
      writeMs: 0,
      hasNoCapacity: false,
      hasQueueForGpus: false,
      namesOnlyWithMachine: false,
      cutLogs: 0,
      ...options.faults,
    },
    apps: new Map(),
    volumes: new Map(),
    secrets,
    images: new Map(),
    published: new Map(),
    sandboxes: new Map(),
    tokens: new Map(),
    sandboxEnv: options.sandboxEnv ?? {},
    calls: [],
  }
  await mkdir(world.mountRoot)
  const definitions = loadModalDefinitions()
  const connect = createConnectServer(world)
  connect.listen(0, '127.0.0.1')
  await once(connect, 'listening')
  const address = connect.address()
  const connectUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const router = await listen(world, definitions.router, fakeRouter(world))
  const control = await listen(
    world,
    definitions.control,
    fakeControl(world, { routerUrl: () => `https://127.0.0.1:${router.port}`, connectUrl: () => connectUrl }),
  )
  const modal: FakeModal = {
    env: {
      MODAL_SERVER_URL: `http://127.0.0.1:${control.port}`,
      MODAL_TOKEN_ID: 'ak-stand-in',
      MODAL_TOKEN_SECRET: 'as-stand-in',
      MODAL_CONFIG_PATH: join(root, 'none.toml'),
      TRAINING_GYM_MOUNT_ROOT: world.mountRoot,
    },
    mountRoot: world.mountRoot,
    faults: world.faults,
    calls: world.calls,
    world,
    connectUrl,
    kill: (name) => killSandbox(world, name),
    async stop() {
      await Promise.all([...world.sandboxes.values()].map((sandbox) => sandbox.end(3)))
      connect.close()
      connect.closeAllConnections()
      control.server.forceShutdown()
      router.server.forceShutdown()
      await rm(root, { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: () => modal.stop(),
  }
  return modal
}

async function listen(
  world: FakeWorld,
  definition: CompatServiceDefinition,
  handlers: object,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().use(async function* <Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ) {
    world.calls.push(call.method.path.split('/').at(-1) ?? '')
    if (world.faults.unavailable > 0) {
      world.faults.unavailable--
      throw new ServerError(Status.UNAVAILABLE, 'Modal is not there for a moment')
    }
    return yield* call.next(call.request, context)
  })
  server.add(definition, complete(definition, handlers))
  return { server, port: await server.listen('127.0.0.1:0') }
}

/** Answers every call that has no handler with UNIMPLEMENTED and its name. */
function complete(
  definition: CompatServiceDefinition,
  handlers: object,
): ServiceImplementation<CompatServiceDefinition> {
  const missing = (name: string) => () => {
    throw new ServerError(Status.UNIMPLEMENTED, `the stand-in for Modal does not know ${name}`)
  }
  const methods = 'methods' in definition ? Object.keys(definition.methods) : Object.keys(definition)
  const known = new Map(Object.entries(handlers))
  return Object.fromEntries(methods.map((name) => [name, known.get(name) ?? missing(name)]))
}
