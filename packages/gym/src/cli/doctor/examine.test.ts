import { mkdtemp, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
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

const signal = new AbortController().signal
const options = { home: '/home/a/.training-gym', env: { MODAL_TOKEN_ID: 'a', MODAL_TOKEN_SECRET: 'b' }, signal }

async function findingOf(name: string, change: Partial<Machine>, env: Record<string, string> = options.env) {
  const findings = await examine({ ...good, ...change }, { ...options, env })
  return findings.find((finding) => finding.name === name)
}

describe('examining a machine', () => {
  it('finds nothing wrong with a good one', async () => {
    const findings = await examine(good, options)
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
    expect(await findingOf('Modal', {}, { MODAL_TOKEN_ID: 'a' })).toMatchObject({ isOk: false, isRequired: false })
  })
})

describe('this machine', () => {
  it('answers with plausible facts, also for a home that does not exist yet', async () => {
    const machine = thisMachine()
    const folder = await mkdtemp(join(tmpdir(), 'doctor-'))
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
