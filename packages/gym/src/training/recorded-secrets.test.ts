import { describe, expect, it } from 'vitest'
import { runWithoutSecrets, secretHider, secretsIn, withoutSecrets } from './recorded-secrets.js'
import { requireSameConfig } from './run-config.js'
import { slimeFlags } from './slime/generated/slime-flags.js'

const recipe = {
  kind: 'slime',
  lr: 1e-6,
  inputKey: 'input',
  env: { HF_TOKEN: 'hf_0123456789', NCCL_DEBUG: 'INFO', HF_HOME: '/mnt/models' },
  wandbKey: 'wandb-0123456789',
  trainEnvVars: '{"S3_SECRET":"/s3/+secret","DEPTH":3}',
  extraArgs: ['--seed', '7', '--judge-api-key', 'judge-0123456789', '--hf-token=hf_other_one', '--verbose'],
}
const config = { recipe, dataset: { name: 'd', rows: 3 } }

describe('the configuration of a run, as it is shown', () => {
  it('keeps the names of environment variables and keys, not what they hold', () => {
    expect(withoutSecrets(config)).toEqual({
      dataset: { name: 'd', rows: 3 },
      recipe: {
        kind: 'slime',
        lr: 1e-6,
        inputKey: 'input',
        env: { HF_TOKEN: 'not shown', NCCL_DEBUG: 'not shown', HF_HOME: 'not shown' },
        wandbKey: 'not shown',
        trainEnvVars: { S3_SECRET: 'not shown', DEPTH: 'not shown' },
        extraArgs: ['--seed', '7', '--judge-api-key', 'not shown', '--hf-token=not shown', '--verbose'],
      },
    })
    expect(withoutSecrets({ seed: 1 })).toEqual({ seed: 1 })
    expect(withoutSecrets({ recipe: { trainEnvVars: 'no JSON: hunter22' } })).toEqual({
      recipe: { trainEnvVars: 'not shown' },
    })
  })

  it('lists what it left out, for whoever must tell two secrets apart', () => {
    expect(secretsIn(config)).toContainEqual({ option: 'env', name: 'HF_TOKEN', value: 'hf_0123456789' })
    expect(secretsIn(config)).toContainEqual({ option: 'wandbKey', name: null, value: 'wandb-0123456789' })
    expect(secretsIn(config)).toContainEqual({ option: 'extraArgs', name: '--hf-token', value: 'hf_other_one' })
    expect(secretsIn({ recipe: { kind: 'grpo', lr: 1 } })).toEqual([])
  })

  it('knows every flag of slime whose name speaks of a key, a password or variables', () => {
    const columns = /^(eval)?(input|label|reward|tool|metadata|multimodal)keys?$/i
    // Numbers of keys, of attention, and queries and keys together.
    const attention = /^(linear|applyQuery)Key|KeyHead|KeyLayer/
    // A file of the machine that trains: its name is no secret.
    const files = /Keyfile$/
    const suspects = Object.keys(slimeFlags).filter(
      (name) => /keys?$|key[A-Z]|secret|passw|credential|envvars?$|auth|apikey/i.test(name) && !columns.test(name),
    )
    const unknown = suspects
      .filter((name) => !attention.test(name) && !files.test(name))
      .filter((name) => {
        const shown = withoutSecrets({ recipe: { [name]: 'a value' } }).recipe as Record<string, unknown>
        return shown[name] !== 'not shown'
      })
    expect(unknown).toEqual([])
    expect(suspects).toEqual(expect.arrayContaining(['wandbKey', 'trainEnvVars']))
  })
})

describe('a text of a run, as it is shown', () => {
  const hide = secretHider(config)

  it('has no secret in it, and keeps the words that stand there for other reasons', () => {
    expect(hide('wandb_key .......... wandb-0123456789')).toBe('wandb_key .......... not shown')
    expect(hide('{"HF_TOKEN": "hf_0123456789"} judge-0123456789')).toBe('{"HF_TOKEN": "not shown"} not shown')
    expect(hide('S3_SECRET=/s3/+secret')).toBe('S3_SECRET=not shown')
    expect(hide('INFO reading /mnt/models/a, depth 3')).toBe('INFO reading /mnt/models/a, depth 3')
  })

  it('hides a key of several lines line by line, and as JSON', () => {
    const key = '-----BEGIN-----\nMIIEvQIBADANBg\n-----END-----'
    const hideKey = secretHider({ recipe: { env: { DEPLOY_KEY: key } } })
    for (const line of [...key.split('\n'), JSON.stringify(key).slice(1, -1)]) {
      expect(hideKey(`> ${line}`)).toBe('> not shown')
    }
  })

  it('hides the longer of two secrets whole where one begins with the other', () => {
    const both = secretHider({ recipe: { env: { A: 'secret-1', B: 'secret-1-and-more' } } })
    expect(both('secret-1-and-more secret-1')).toBe('not shown not shown')
  })

  it('is hidden in the sentence about the end of a run as well', () => {
    const run = runWithoutSecrets({ config, error: 'failed; its last lines:\nlogin wandb-0123456789' })
    expect(run.error).toBe('failed; its last lines:\nlogin not shown')
    expect(JSON.stringify(run)).not.toMatch(/0123456789|\+secret|hf_other/)
  })
})

it('a resume with another key is refused without saying either', () => {
  const record = { trainingRunId: 'run-1', config } as unknown as Parameters<typeof requireSameConfig>[0]
  const now = { ...config, recipe: { ...recipe, wandbKey: 'wandb-9876543210' } }
  expect(() => requireSameConfig(record, now)).toThrow(
    'run run-1 had recipe wandbKey "not shown", now it is "not shown"; resume with the same recipe',
  )
})
