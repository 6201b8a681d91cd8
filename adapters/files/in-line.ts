/** Runs works of one name one after another, and those of different names side by side. */
export type InLine = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Lines of their own; a name that nothing waits for takes no memory. */
export function createLines(): InLine {
  const lines = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const before = lines.get(name) ?? Promise.resolve()
    const own = before.then(work, work)
    const last = own.catch(() => {})
    lines.set(name, last)
    try {
      return await own
    } finally {
      if (lines.get(name) === last) lines.delete(name)
    }
  }
}
