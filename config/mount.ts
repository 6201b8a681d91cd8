import type { FaultDetails, Path } from './faults.ts'

/** A place in a file: both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A fault of a file's own form, before anybody looked at what it says. */
export interface FormFault {
  readonly code: 'YAML' | 'DUPLICATE' | 'FILE' | 'WRONG_VALUE'
  readonly place: Place
  readonly message: string
  readonly mend?: string
}

/** A file that was read: its value, and where in it everything stands. */
export interface ReadFile {
  /** From the project's folder. */
  readonly file: string
  readonly value: unknown
  readonly faults: readonly FormFault[]
  /** The place of a path inside the file's value; what is missing is the nearest thing above it. */
  locate(path: Path, details?: FaultDetails): Place
}

/** What a file says, and under which path of the whole config it stands. */
export interface Mount {
  readonly path: Path
  readonly from: ReadFile
  /** The path inside the file of what stands at `path`: not empty where one file holds several things. */
  readonly within: Path
}

/** The mount that holds a path: the deepest one above it. */
export function mountOf(mounts: readonly Mount[], path: Path): Mount | undefined {
  let best: Mount | undefined
  for (const mount of mounts) {
    if (startsWith(path, mount.path) && mount.path.length >= (best?.path.length ?? 0)) best = mount
  }
  return best
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, index) => String(step) === String(path[index]))
}
