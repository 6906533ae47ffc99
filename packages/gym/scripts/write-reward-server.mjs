// Writes the reward server with its threads as one file, dist/reward-server.mjs: it runs where there is nothing but Node.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleRewardServer } from '../dist/training/remote/bundle-reward.js'

writeFileSync(fileURLToPath(new URL('../dist/reward-server.mjs', import.meta.url)), await bundleRewardServer())
