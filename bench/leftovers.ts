const pending = new Set<() => void>()

process.once('exit', () => {
  for (const end of pending) end()
})
// An orderly exit, so that what was started ends too.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code))
}

/** Has something ended when this process is told to end before it is done; the function that it returns takes that back. */
export function atExit(end: () => void): () => void {
  pending.add(end)
  return () => void pending.delete(end)
}
