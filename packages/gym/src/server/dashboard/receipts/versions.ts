import { gymVersion } from '../../../gym-version.js'

/** Says what made a receipt, and when. */
export function versions(now: number) {
  return {
    'training-gym': gymVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    writtenAt: new Date(now).toISOString(),
  }
}
