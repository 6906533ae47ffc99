export { createGym, type GymLanguageModel, type GymOptions, type GymProvider, type GymTarget } from './create-gym.js'
