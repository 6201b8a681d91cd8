import { type Fault, type FaultCode, type FaultDetails, type Faults, isWarning, type Path } from './faults.ts'
import type { Place } from './mount.ts'

/** Collects faults, and finds the place of each. */
export interface FaultList extends Faults {
  /** A fault whose place in a file is known already. */
  put(fault: Fault): void
  /** All faults by file, line and column; of two with the same place and code the first. */
  list(): readonly Fault[]
}

/** A list of faults over what finds the file and place of a path. */
export function createFaultList(locate: (path: Path, details?: FaultDetails) => Place & { readonly file: string }): FaultList {
  const faults = new Map<string, Fault>()
  const put = (fault: Fault): void => {
    const key = `${fault.file}:${fault.line}:${fault.column} ${fault.code}`
    if (!faults.has(key)) faults.set(key, fault)
  }
  return {
    put,
    add(code: FaultCode, path: Path, message: string, details?: FaultDetails) {
      const mend = details?.mend
      put({ code, ...(details?.at ?? locate(path, details)), message, ...(mend === undefined ? {} : { mend }) })
    },
    list: () => [...faults.values()].sort(byPlace),
    get count() {
      return [...faults.values()].filter(fault => !isWarning(fault)).length
    },
  }
}

function byPlace(a: Fault, b: Fault): number {
  return (a.file === b.file ? 0 : a.file < b.file ? -1 : 1) || a.line - b.line || a.column - b.column
}
