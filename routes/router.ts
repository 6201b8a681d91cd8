import type { EntryConfig, Project, TargetConfig } from '../config/project.ts'
import type { Condition, Scope, Variables } from '../expressions/expression.ts'
import { conditionAt } from '../expressions/scope.ts'

/** An entry that the router chose, and where in the route: `to[2].first[0]`. */
export interface Chosen {
  readonly entry: EntryConfig
  readonly place: string
}

/** What the router decided for one message. */
export interface Choice {
  readonly chosen: Chosen[]
  /** Why nothing is to be sent, where a `to: none` was reached. */
  because?: string
}

/** One question that the router asked, for `waybill try`. */
export interface Decision {
  readonly place: string
  readonly when: string
  readonly holds: boolean
  /** It could not be evaluated. */
  readonly error?: string
}

/** Adds what a part of `to` chooses; throws CONDITION_FAILED where a condition cannot be evaluated. */
export type Router = (variables: Variables, choice: Choice, decisions?: Decision[]) => void

/** The router of a `to`: recipient list, content-based router, entries and lawful ends. Faults of its conditions go to the project's. */
export function compileRouter(project: Project, to: TargetConfig, scope: Scope, place = 'to'): Router {
  switch (to.kind) {
    case 'entry':
      return entryRouter(project, to.entry, scope, place)
    case 'list':
      return listRouter(to.targets.map((target, index) => compileRouter(project, target, scope, `${place}[${index}]`)))
    case 'first':
      return firstRouter(project, to, scope, place)
    case 'none':
      return (_, choice) => {
        choice.because = to.because
      }
  }
}

function entryRouter(project: Project, entry: EntryConfig, scope: Scope, place: string): Router {
  const chosen = { entry, place }
  if (entry.when === undefined) return (_, choice) => void choice.chosen.push(chosen)
  const holds = asked(entry.when, place, conditionAt(project, entry.when, scope, [...entry.path, 'when']))
  return (variables, choice, decisions) => {
    if (holds(variables, decisions)) choice.chosen.push(chosen)
  }
}

function listRouter(routers: readonly Router[]): Router {
  return (variables, choice, decisions) => {
    for (const router of routers) router(variables, choice, decisions)
  }
}

function firstRouter(project: Project, { branches }: TargetConfig & { kind: 'first' }, scope: Scope, place: string): Router {
  const compiled = branches.map(({ when, to, path }, index) => {
    const here = `${place}.first[${index}]`
    const condition = when === undefined ? always : conditionAt(project, when, scope, [...path, 'when'])
    return { holds: asked(when ?? 'otherwise', here, condition), router: compileRouter(project, to, scope, here) }
  })
  return (variables, choice, decisions) => {
    for (const { holds, router } of compiled) {
      if (holds(variables, decisions)) return router(variables, choice, decisions)
    }
  }
}

const always: Condition['condition'] = () => true
const never: Condition['condition'] = () => false

/** The condition, which also notes its outcome where somebody wants to know. */
function asked(when: string, place: string, condition: Condition['condition'] | undefined) {
  const test = condition ?? never
  return (variables: Variables, decisions: Decision[] | undefined): boolean => {
    if (!decisions) return test(variables)
    try {
      const holds = test(variables)
      decisions.push({ place, when, holds })
      return holds
    } catch (error) {
      decisions.push({ place, when, holds: false, error: error instanceof Error ? error.message : String(error) })
      throw error
    }
  }
}
