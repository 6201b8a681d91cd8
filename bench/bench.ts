import type { Claim, Sample } from './result.ts'

/** What a bench is asked to do. */
export interface Task {
  /** Of load, for each measurement. */
  readonly seconds: number
  readonly rounds: number
  readonly connections: number
  /** Says how far it is. */
  note(line: string): void
}

/** What a bench measured, each round on its own; `notes` say what was left out and why. */
export interface Measured {
  readonly samples: readonly Sample[]
  readonly notes?: readonly string[]
}

/** One thing that README or docs quote. */
export interface Bench {
  readonly name: string
  readonly title: string
  /** What is measured and how, for docs/performance.md. */
  readonly about: string
  /** Why it cannot run here; undefined where it can. */
  missing(): string | undefined
  run(task: Task): Promise<Measured>
  /** What is claimed of the medians. */
  claims(rows: readonly Sample[]): readonly Claim[]
}
