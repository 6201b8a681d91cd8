const wanted = parse(process.env.WAYBILL_FAILPOINT)

/** Ends the process by SIGKILL at the named place when `WAYBILL_FAILPOINT=name:kill@n` says so, at the nth pass; does nothing otherwise. */
export const failpoint: (name: string) => void = wanted ? pass : () => {}

function pass(name: string): void {
  if (!wanted || wanted.name !== name || --wanted.left > 0) return
  process.kill(process.pid, 'SIGKILL')
  // The signal may take a moment to arrive; nothing may run after the point.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000)
}

function parse(text: string | undefined): { name: string; left: number } | undefined {
  if (!text) return undefined
  const [, name, times] = /^([a-z0-9.-]+):kill(?:@(\d+))?$/.exec(text) ?? []
  if (name === undefined) throw new Error(`WAYBILL_FAILPOINT is "${text}"; allowed is NAME:kill or NAME:kill@TIMES`)
  return { name, left: Number(times ?? 1) }
}
