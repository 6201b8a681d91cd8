/** What is being committed, by path: whoever changes such a file waits until that is over. */
export interface Commits {
  /** Whether any work is running. */
  readonly busy: boolean
  /** Runs the work with the paths to itself, after all that was asked for them before; settles as it does. */
  alone<T>(paths: readonly string[], work: () => Promise<T>): Promise<T>
}

export function createCommits(): Commits {
  const tails = new Map<string, Promise<unknown>>()
  return {
    get busy() {
      return tails.size > 0
    },
    alone(paths, work) {
      const before = Promise.all(paths.map(path => tails.get(path)))
      const run = before.then(work)
      const tail = run.catch(() => {})
      for (const path of paths) tails.set(path, tail)
      void tail.then(() => {
        for (const path of paths) if (tails.get(path) === tail) tails.delete(path)
      })
      return run
    },
  }
}
