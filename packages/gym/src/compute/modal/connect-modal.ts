import type { App, ModalClient, Probe } from 'modal'
import { GymError } from '../../errors.js'
import type { ModalCompute } from '../compute.js'
import { modalFailure } from './modal-failure.js'
import { defaultPatience, type Patience, retryTransient } from './retry-transient.js'

/** An open connection to Modal, for one app. */
export interface ModalConnection {
  readonly client: ModalClient
  /** The SDK's maker of readiness probes, which cannot be imported before the SDK is. */
  readonly Probe: typeof Probe
  readonly options: ModalCompute
  readonly appName: string
  readonly patience: Patience
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** A helper for files that nothing is done with ends after this time, or twice as much. */
  readonly helperIdleMs: number
  /** A start that was called off tries for so long to end its sandbox, milliseconds. */
  readonly endingMs: number
  /** Finds the app, or makes it. */
  app(signal?: AbortSignal): Promise<App>
}

export interface ConnectModalOptions {
  readonly patience?: Patience
  readonly clock?: () => number
  /** Default: 10 minutes. */
  readonly helperIdleMs?: number
  /** Default: 20 seconds. */
  readonly endingMs?: number
}

const HELPER_IDLE_MS = 10 * 60_000
const ENDING_MS = 20_000
/** The app of a gym that names none. */
const DEFAULT_APP = 'training-gym'

/**
 * Connects to Modal with the credentials that its own tools use: MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, or the active
 * profile of `.modal.toml`. The SDK is loaded here and not before: it is large.
 *
 * @throws GymError `modal-credentials-missing` (config).
 */
export async function connectModal(options: ModalCompute, world: ConnectModalOptions = {}): Promise<ModalConnection> {
  const { patience = defaultPatience, clock = Date.now } = world
  const { helperIdleMs = HELPER_IDLE_MS, endingMs = ENDING_MS } = world
  const sdk = await import('modal')
  let client: ModalClient
  try {
    // Its warnings would land between the lines of our own progress.
    client = new sdk.ModalClient({ environment: options.environment, logLevel: 'error' })
  } catch (error) {
    throw modalFailure(error, 'connecting to Modal')
  }
  requireCredentials(client)
  // Sandboxes of the second backend keep only recent output, so a client that attaches later would miss the start; those
  // with a GPU never run there anyway.
  client.profile.sandboxV2 = false
  const appName = options.appName ?? DEFAULT_APP
  let found: Promise<App> | undefined
  return {
    client,
    Probe: sdk.Probe,
    options,
    appName,
    patience,
    clock,
    helperIdleMs,
    endingMs,
    async app(signal) {
      found ??= retryTransient(`finding the app "${appName}"`, patience, signal, () =>
        client.apps.fromName(appName, { createIfMissing: true, environment: options.environment }),
      )
      try {
        return await found
      } catch (error) {
        found = undefined
        throw error
      }
    },
  }
}

function requireCredentials({ profile }: ModalClient): void {
  if ((profile.tokenId && profile.tokenSecret) || profile.oauthRefreshToken) return
  const message = `no credentials for Modal were found; make a token on the page modal.com/settings/tokens and set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, or run "modal token new" of Modal's Python tool`
  throw new GymError('config', 'modal-credentials-missing', message)
}
