/** Something that a reader ticked in a list. */
export interface Ticked {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

/** What a reader ticked in a list; it stays while the list shows another part of itself. */
export interface Choice {
  /** From old to new, so that "better" reads forward. */
  readonly ticked: readonly Ticked[]
  has(id: string): boolean
  set(one: Ticked, isTicked: boolean): void
  clear(): void
}

/** Makes a choice of nothing. */
export function createChoice(): Choice {
  let ticked = $state.raw<readonly Ticked[]>([])
  return {
    get ticked() {
      return ticked
    },
    has: (id) => ticked.some((one) => one.id === id),
    set: (one, isTicked) => {
      const others = ticked.filter(({ id }) => id !== one.id)
      ticked = isTicked ? [...others, one].sort((a, b) => a.createdAt - b.createdAt) : others
    },
    clear: () => {
      ticked = []
    },
  }
}
