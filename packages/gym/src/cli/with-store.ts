import type { Store } from '../store/store.js'
import type { CommandSession } from './command-session.js'

/** Opens the store of a command's home folder for as long as `use` takes. */
export async function withStore<Result>(
  session: CommandSession,
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const { openStore } = await import('../store/open-store.js')
  await using store = await openStore({ home: session.home })
  return await use(store)
}
