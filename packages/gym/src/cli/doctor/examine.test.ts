import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { examine } from './examine.js'
import { type Machine, thisMachine } from './machine.js'

const good: Machine = {
  nodeVersion: '20.19.0',
  platform: 'linux x64',
  cores: 2,
  memory: () => ({ total: 4e9, free: 2e9 }),
  loadRuntime: async () => '1.30.0',
  findBundledModel: async () => 'models/tiny-poet',
  freeDisk: async () => ({ folder: '/home/a', free: 20e9, isWritable: true }),
  listGpus: async () => ['NVIDIA H100, 81559 MiB'],
  webGpuFault: async () => null,
}

const profiles = `[work]
active = true
token_id = "ak-1"
token_secret = "as-1"
[oauth]
oauth_refresh_token = "r"
oauth_client_id = "c"
oauth_client_secret = "s"
[half]
token_id = "ak-2"
`

let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'))
  // Modal's SDK reads the file once, when it is loaded.
  file = join(folder, 'modal.toml')
  await writeFile(file, profiles)
})
afterAll(() => rm(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

const signal = new AbortController().signal
const tokens = { MODAL_TOKEN_ID: 'a', MODAL_TOKEN_SECRET: 'b' }

/** Examines with only these variables of Modal's, in the process too. */
function examineWith(machine: Machine, variables: Record<string, string> = tokens) {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('MODAL_'))) vi.stubEnv(name, undefined)
  const env = { MODAL_CONFIG_PATH: file, ...variables }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return examine(machine, { home: '/home/a/.training-gym', env, signal })
}

async function findingOf(name: string, change: Partial<Machine>, variables?: Record<string, string>) {
  const findings = await examineWith({ ...good, ...change }, variables)
  return findings.find((finding) => finding.name === name)
}

describe('examining a machine', () => {
  it('finds nothing wrong with a good one', async () => {
    const findings = await examineWith(good)
    expect(findings.map(({ name, isOk, fact }) => [name, isOk, fact])).toEqual([
      ['Node.js', true, '20.19.0 on linux x64'],
      ['CPU', true, '2 cores'],
      ['memory', true, '4.00 GB, 2.00 GB of it free'],
      ['onnxruntime-node', true, '1.30.0 loads, 2 threads by default'],
      ['bundled model', true, 'tiny-poet is here'],
      ['disk', true, '20.0 GB free at /home/a, for /home/a/.training-gym'],
      ['NVIDIA GPU', true, 'NVIDIA H100, 81559 MiB'],
      ['WebGPU', true, "computes gradients as the CPU does: a recipe's device 'webgpu' trains on it"],
      ['Modal', true, 'MODAL_TOKEN_ID and MODAL_TOKEN_SECRET are set'],
    ])
    expect(findings.some(({ fix }) => fix !== undefined)).toBe(false)
  })

  it('names the fix for an old Node.js, and takes any newer major', async () => {
    expect(await findingOf('Node.js', { nodeVersion: '20.18.3' })).toMatchObject({
      isOk: false,
      isRequired: true,
      fix: 'install Node.js 20.19 or newer',
    })
    expect(await findingOf('Node.js', { nodeVersion: '24.0.1' })).toMatchObject({ isOk: true })
  })

  it('tells a runtime that is not installed from one that does not load', async () => {
    const missing = async () => {
      throw new Error("Cannot find module 'onnxruntime-node'\nRequire stack:\n- x")
    }
    expect(await findingOf('onnxruntime-node', { loadRuntime: missing })).toMatchObject({
      isOk: false,
      fact: 'not installed',
      fix: expect.stringContaining('npm install onnxruntime-node'),
    })
    const broken = async () => {
      throw new Error('libonnxruntime.so.1: cannot open shared object file\nmore')
    }
    expect(await findingOf('onnxruntime-node', { loadRuntime: broken })).toMatchObject({
      isOk: false,
      fact: 'does not load: libonnxruntime.so.1: cannot open shared object file',
    })
  })

  it('refuses too little memory, a full disk and a folder that cannot be written', async () => {
    expect(await findingOf('memory', { memory: () => ({ total: 1e9, free: 1e8 }) })).toMatchObject({ isOk: false })
    const full = async () => ({ folder: '/', free: 1e6, isWritable: true })
    expect(await findingOf('disk', { freeDisk: full })).toMatchObject({
      isOk: false,
      fix: expect.stringContaining('free'),
    })
    const locked = async () => ({ folder: '/', free: 9e9, isWritable: false })
    expect(await findingOf('disk', { freeDisk: locked })).toMatchObject({
      isOk: false,
      fact: '9.00 GB free, but not writable at /, for /home/a/.training-gym',
      fix: 'choose another folder with --home or TRAINING_GYM_HOME',
    })
  })

  it('says why WebGPU cannot train, and does not require it', async () => {
    expect(await findingOf('WebGPU', { webGpuFault: async () => 'WebGPU cannot be used here' })).toMatchObject({
      isOk: false,
      isRequired: false,
      fact: 'WebGPU cannot be used here',
      fix: 'not needed: training runs on the CPU',
    })
  })

  it('tries WebGPU in a process of its own and hears a sentence, or that all is well', async () => {
    const fault = await thisMachine().webGpuFault()
    if (fault !== null) expect(fault).toMatch(/WebGPU/)
  })

  it('does not require a GPU or Modal', async () => {
    const without = async () => {
      throw Object.assign(new Error('spawn nvidia-smi ENOENT'), { code: 'ENOENT' })
    }
    expect(await findingOf('NVIDIA GPU', { listGpus: without })).toMatchObject({
      isOk: false,
      isRequired: false,
      fact: 'nvidia-smi was not found',
    })
    expect(await findingOf('Modal', {}, { MODAL_PROFILE: 'half' })).toEqual({
      name: 'Modal',
      isOk: false,
      isRequired: false,
      fact: `MODAL_TOKEN_ID and MODAL_TOKEN_SECRET are not set, and no profile of ${file} stands in for them`,
      fix: 'only needed to run on Modal: make a token on modal.com/settings/tokens and set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET',
    })
  })

  it('takes for Modal what its SDK takes: a profile, a token of OAuth', async () => {
    const findingWith = (variables: Record<string, string>) => findingOf('Modal', {}, variables)
    expect(await findingWith({})).toMatchObject({ isOk: true, fact: `the active profile of ${file} has credentials` })
    const fact = `the profile "oauth" of ${file} has credentials`
    expect(await findingWith({ MODAL_PROFILE: 'oauth' })).toMatchObject({ isOk: true, fact })
    const oauth = { MODAL_OAUTH_REFRESH_TOKEN: 'r', MODAL_OAUTH_CLIENT_ID: 'c', MODAL_OAUTH_CLIENT_SECRET: 's' }
    expect(await findingWith({ MODAL_PROFILE: 'none', ...oauth })).toMatchObject({
      isOk: true,
      fact: 'MODAL_OAUTH_REFRESH_TOKEN is set',
    })
    expect(await findingWith({ MODAL_PROFILE: 'oauth', ...tokens })).toMatchObject({
      isOk: false,
      fact: expect.stringContaining('cannot both be configured'),
    })
  })
})

describe('this machine', () => {
  it('answers with plausible facts, also for a home that does not exist yet', async () => {
    const machine = thisMachine()
    const { total, free } = machine.memory()
    expect(machine.cores).toBeGreaterThan(0)
    expect(free).toBeGreaterThan(0)
    expect(total).toBeGreaterThanOrEqual(free)
    const disk = await machine.freeDisk(join(folder, 'not', 'there', 'yet'))
    expect(disk).toMatchObject({ folder, isWritable: true })
    expect(disk.free).toBeGreaterThan(0)
    await symlink(join(folder, 'nowhere'), join(folder, 'link'))
    await expect(machine.freeDisk(join(folder, 'link', 'home'))).rejects.toThrow('link is a link that leads nowhere')
    expect(await machine.loadRuntime()).toMatch(/^\d+\.\d+\.\d+/)
  })
})
