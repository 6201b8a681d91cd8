import type { Project } from '../../config/project.ts'
import type { Place } from '../place.ts'

/** One line of `waybill doctor`: what was looked at, what was seen, and what to do where it is not well. */
export interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly seen: string
  readonly mend?: string
}

/** What is examined. */
export interface Patient {
  readonly place: Place
  readonly project: Project
  /** As it runs with stand-ins for its broker; absent where it has no faults without them. */
  readonly played?: Project
  /** The address of the project's running gateway; absent where none answers. */
  readonly gateway?: string
}

/** All is well with it. */
export function well(what: string, seen: string): Finding {
  return { what, ok: true, seen }
}

/** Something is not well, and this mends it. */
export function ill(what: string, seen: string, mend: string): Finding {
  return { what, ok: false, seen, mend }
}
