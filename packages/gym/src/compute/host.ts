/** Which kind of place a process runs in. */
export type HostKind = 'local' | 'modal' | 'ray'

/** A volume as one process sees it. */
export interface VolumeMount {
  /** Name of the volume; it is made when there is none. */
  readonly name: string
  /** True forbids writing, where the host can forbid it (Modal). Default false. */
  readonly isReadOnly?: boolean
  /** Folder of the volume that is mounted instead of the whole. */
  readonly subPath?: string
}

/** The container a process runs in. Hosts that run no containers (local, Ray) ignore it. */
export interface ProcessImage {
  /** Reference in a registry, e.g. `vllm/vllm-openai:v0.13.0`, best with a digest. */
  readonly from: string
  /** Dockerfile commands on top of it, e.g. `RUN pip install x`; COPY from a local folder is not possible. */
  readonly commands: readonly string[]
}

/** A command that tells by exit code 0 that a process is ready. */
export interface Readiness {
  /** Program and arguments, run beside the process with the same environment; never a shell line. */
  readonly command: readonly string[]
  /** Pause between two looks, milliseconds. */
  readonly intervalMs: number
}

/** Everything a process needs, in words that mean the same on every host. */
export interface ProcessSpec {
  /** Letters, digits, `-`, `_` and `.`, at most 63 characters; unique among the host's running processes. */
  readonly name: string
  /** Labels to find it by, e.g. `{ gym: 'train', run: 'run-...' }`; at most 8. */
  readonly tags: Readonly<Record<string, string>>
  readonly image: ProcessImage
  /** Kind and number of GPUs, e.g. `H100:8`. Left out: none. Local and Ray do not reserve them. */
  readonly gpu?: string
  /** Reserved cores. Modal only. */
  readonly cpu?: number
  /** Reserved memory, MiB. Modal only. */
  readonly memoryMb?: number
  /** Volumes by the absolute path that they are mounted at; `ComputeHost.pathOf` tells where the process sees them. */
  readonly volumes: Readonly<Record<string, VolumeMount>>
  /** Names of secrets that the provider keeps and adds to the environment. Modal only. */
  readonly secrets: readonly string[]
  /** Variables for the process. Values are stored with the provider: secrets do not belong here. */
  readonly environment: Readonly<Record<string, string>>
  /** Program and arguments, never a shell line. */
  readonly command: readonly string[]
  /** It is ended after this time, milliseconds, and then reads as exit code 124. */
  readonly timeoutMs: number
  /**
   * Ports it serves HTTP on. It must listen on the port that it finds in the variable `GYM_PORT_<port>`, which differs
   * from the wished one where several processes share a machine.
   */
  readonly ports?: readonly number[]
  /** Those of `ports` that are open to the internet: the process itself must check who asks. Modal only. */
  readonly publicPorts?: readonly number[]
  readonly readiness?: Readiness
  /** False ends a local process with the process that started it. Remote ones always go on. Default true. */
  readonly isDetached?: boolean
}

/** What is needed to find a process again: plain JSON, to be stored before its output is followed. */
export interface ProcessReference {
  readonly kind: HostKind
  /** The provider's id. Left out when the client died before it heard of one: the name finds it then. */
  readonly id?: string
  readonly name: string
}

/** A process that runs, as a list shows it. */
export interface ProcessSummary {
  readonly reference: ProcessReference
  readonly tags: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Where a port is reached, and with what. */
export interface PortAccess {
  /** Without a slash at the end. */
  readonly url: string
  /** To be sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** The same right as a bearer token, for clients that take an API key. */
  readonly apiKey?: string
}

/** Exit code of a process that ran out of its time. */
export const EXIT_TIMED_OUT = 124
/** Exit code of a process that was stopped, or killed with no word. */
export const EXIT_STOPPED = 137

/** A process that was started, now or earlier, by this client or another. Letting go of it does not end it. */
export interface RunningProcess {
  readonly reference: ProcessReference
  /**
   * Gives every line of stdout and stderr from the very first, then follows until the process has ended. A broken
   * connection is taken up again: no line is lost and none comes twice.
   *
   * @throws GymError 'provider' when the connection stays broken, 'interrupted' when `signal` aborts.
   */
  output(signal?: AbortSignal): AsyncIterable<string>
  /** Waits for the end and returns the exit code; 124 is out of time, 137 is stopped. */
  wait(signal?: AbortSignal): Promise<number>
  /** Returns the exit code, or null while it runs. */
  poll(signal?: AbortSignal): Promise<number | null>
  /**
   * Waits until the readiness command succeeds, or, without one, until the process runs.
   *
   * @throws GymError `not-ready` (provider) after `timeoutMs` or when the process ends first, with its last lines.
   */
  waitUntilReady(timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** Ends it, with all it started, and waits until it has ended. Does nothing when it has ended already. */
  stop(): Promise<void>
  /**
   * Tells how to reach one of its ports.
   *
   * @throws GymError `port-not-served` (config) when its spec does not name the port.
   */
  url(port: number): Promise<PortAccess>
}

/** A file to put into a volume: its content, or a file of this machine. */
export type FileToPut =
  | { readonly path: string; readonly content: string | Uint8Array }
  | { readonly path: string; readonly localPath: string }

/** A file or folder of a volume. */
export interface VolumeEntry {
  readonly name: string
  /** Path in the volume, without a slash at the start. */
  readonly path: string
  readonly type: 'file' | 'directory'
  /** Bytes; 0 for a folder. */
  readonly size: number
  /** When it was last written, milliseconds since the epoch. */
  readonly modifiedAt: number
}

/** The files of one volume. Paths are those in the volume, with `/` and without one at the start. */
export interface VolumeFiles {
  /** Writes files, making folders; when it resolves, processes started from then on see them. */
  put(files: readonly FileToPut[], signal?: AbortSignal): Promise<void>
  /**
   * Copies one file to this machine, making folders.
   *
   * @throws GymError `no-such-file` (data).
   */
  get(path: string, localPath: string, signal?: AbortSignal): Promise<void>
  /**
   * Reads one file as UTF-8 text.
   *
   * @throws GymError `no-such-file` (data).
   */
  readText(path: string, signal?: AbortSignal): Promise<string>
  /** Lists one folder, by name; a folder that is not there is empty. The root is ''. */
  list(folder: string, signal?: AbortSignal): Promise<readonly VolumeEntry[]>
  /** Removes a file, or a folder with all in it; what is not there is no error. */
  remove(path: string, signal?: AbortSignal): Promise<void>
}

/** A place that runs processes and keeps volumes. Nothing that uses one knows which it has. */
export interface ComputeHost extends AsyncDisposable {
  readonly kind: HostKind
  /**
   * Starts a process. It outlives this client unless `isDetached` is false.
   *
   * @throws GymError: 'config' for `name-taken`, `program-missing`, missing credentials or a spec that the host refuses;
   * 'provider' for `no-capacity`, `image-build-failed`, `provider-unreachable`; 'interrupted' when `signal` aborts, as
   * `may-still-start` where its host could not be brought to end what was asked for.
   */
  start(spec: ProcessSpec, signal?: AbortSignal): Promise<RunningProcess>
  /** Finds a process by id, else by name, ended ones included; null when there is none. */
  attach(reference: ProcessReference, signal?: AbortSignal): Promise<RunningProcess | null>
  /** Lists the processes that still run and have all these tags, oldest first. */
  list(tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly ProcessSummary[]>
  /** Returns the files of a volume, which is made at the first writing when there is none. */
  volume(name: string): VolumeFiles
  /** Returns the path under which a process of this host sees a volume that its spec mounts at `mountPath`. */
  pathOf(mountPath: string, mount: VolumeMount): string
  /** Lets go of connections and helpers; processes go on. */
  close(): Promise<void>
}
