import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    // Two cores: the engine itself uses both, so files that run a model must not compete with each other.
    maxWorkers: 2,
    pool: 'forks',
    reporters: ['default', './tests/closing-line.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
