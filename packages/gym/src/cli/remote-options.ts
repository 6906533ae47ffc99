import { type Command, Option } from 'commander'
import type { Compute } from '../compute/compute.js'

/** Where else to look for runs, beside the places of those that are known. */
export interface PlaceFlags {
  readonly compute?: 'modal'
  readonly ray?: string
}

/** Adds the options that name a place to look for runs of which this home knows nothing. */
export function addPlaceOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--compute <where>', 'also look there, for runs that this home does not know').choices(['modal']),
    )
    .option('--ray <url>', 'also look at this Ray cluster: the URL of its dashboard')
}

/** Reads them. */
export function placesOf({ compute, ray }: PlaceFlags): Compute[] {
  const places: Compute[] = compute === 'modal' ? [{ kind: 'modal' }] : []
  return ray === undefined ? places : [...places, { kind: 'ray', address: ray }]
}

/** The same options for a place, as they are typed. */
export function placeFlagsFor(compute: Compute): string {
  if (compute.kind === 'modal') return ' --compute modal'
  return compute.kind === 'ray' ? ` --ray ${compute.address}` : ''
}
