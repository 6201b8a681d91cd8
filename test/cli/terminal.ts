import type { Terminal } from '../../cli/terminal.ts'

/** A terminal that remembers what was written, in order. */
export interface Recorder extends Terminal {
  readonly printed: string[]
  readonly noted: string[]
}

/** A terminal without colours. */
export function recorder(cwd: string, environment: Record<string, string> = {}): Recorder {
  const [printed, noted]: [string[], string[]] = [[], []]
  return {
    ...{ printed, noted, cwd, environment, interactive: false },
    print: line => void printed.push(line),
    note: line => void noted.push(line),
    progress: () => {},
    paint: (_, text) => text,
  }
}
