/** Something that lies in a bag, and where. */
export interface Lying<T> {
  readonly item: T
  at: number
}

/** Things that come and go for each message. A Set that gains and loses an entry for each keeps what has left alive until a full collection; this does not. */
export interface Bag<T> {
  add(item: T): Lying<T>
  remove(lying: Lying<T>): void
  readonly items: readonly Lying<T>[]
}

/** An empty bag. */
export function createBag<T>(): Bag<T> {
  const items: Lying<T>[] = []
  return {
    items,
    add(item) {
      const lying = { item, at: items.length }
      items.push(lying)
      return lying
    },
    remove(lying) {
      const last = items.pop()
      if (last === undefined || last === lying) return
      items[lying.at] = last
      last.at = lying.at
    },
  }
}
