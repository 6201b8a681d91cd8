/** So many may work at once; the others wait their turn in order. */
export interface Slots {
  /** At work and waiting. */
  readonly taken: number
  /** Runs the work when there is a slot for it; settles as it does. */
  use<T>(work: () => Promise<T>): Promise<T>
}

/** `count` free slots. */
export function createSlots(count: number): Slots {
  let working = 0
  let waiting: (() => void)[] = []
  let head = 0

  function next(): void {
    const go = waiting[head]
    if (!go) {
      working -= 1
      return
    }
    head += 1
    if (head === waiting.length || head >= 1_024) {
      waiting = waiting.slice(head)
      head = 0
    }
    go()
  }

  return {
    get taken() {
      return working + waiting.length - head
    },
    async use(work) {
      if (working < count) working += 1
      else await new Promise<void>(resolve => waiting.push(resolve))
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}
