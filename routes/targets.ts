import type { AdapterContext } from '../adapters/adapter.ts'
import { adapters } from '../adapters/registry.ts'
import type { OperationConfig, Project, SettleRule, SystemConfig } from '../config/project.ts'
import type { Condition, Variables } from '../expressions/expression.ts'
import { answerScope, conditionAt } from '../expressions/scope.ts'
import type { Answer } from '../gateway/message.ts'
import type { Direct, Outbound, Prepared, Streaming } from '../gateway/ports.ts'
import type { Target, Verdict } from '../gateway/target.ts'
import { parseJson } from '../transformers/json/codec.ts'
import type { CompiledRoute } from './route.ts'

/** How a target's outbound is made: by its adapter, or by a stand-in that plays the system. */
export type MakeOutbound = (
  system: SystemConfig,
  operation: OperationConfig | undefined,
) => Outbound & Partial<Direct & Prepared & Streaming>

/** One rule of a `settle`, ready to run. */
export interface CompiledRule {
  readonly when: Condition['condition']
  readonly as: Verdict
}

/** The `settle` rules of all systems and operations by target; what does not compile is among the project's faults. */
export function compileSettleRules(project: Project): ReadonlyMap<string, readonly CompiledRule[]> {
  return new Map(
    targetsOf(project).map(({ name, system, operation }) => [name, rulesOf(project, [...(operation?.settle ?? []), ...system.settle])]),
  )
}

/** Everything that a route can name as a target. */
export function targetsOf(
  project: Project,
): readonly { readonly name: string; readonly system: SystemConfig; readonly operation?: OperationConfig }[] {
  return Object.values(project.systems).flatMap(system => [
    { name: system.name, system },
    ...Object.values(system.operations).map(operation => ({ name: `${system.name}.${operation.name}`, system, operation })),
  ])
}

/** Every target that an entry of the routes names. */
export function targetsUsed(compiled: ReadonlyMap<string, CompiledRoute>): ReadonlySet<string> {
  return new Set([...compiled.values()].flatMap(route => [...route.entries.values()].map(({ config }) => config.target)))
}

/** The targets that the routes use, each with an outbound of its own. */
export function createTargets(project: Project, used: ReadonlySet<string>, make: MakeOutbound): ReadonlyMap<string, Target> {
  const rules = compileSettleRules(project)
  const found = targetsOf(project).filter(({ name }) => used.has(name))
  return new Map(
    found.map(({ name, system, operation }) => {
      const { inFlight, perSecond } = system.limits
      const target: Target = {
        name,
        outbound: make(system, operation),
        inFlight,
        ...(perSecond !== undefined && { perSecond }),
        verdict: verdictBy(rules.get(name) ?? []),
      }
      return [name, target]
    }),
  )
}

/** Outbounds that really send: each by the adapter of its system. */
export function adapterOutbounds(context: AdapterContext): MakeOutbound {
  return (system, operation) => {
    const adapter = adapters[system.adapter]
    if (!adapter?.system) throw new Error(`no adapter ${system.adapter}`)
    return adapter.system.createOutbound(
      {
        name: operation ? `${system.name}.${operation.name}` : system.name,
        options: operation ? operation.options : system.options,
        inFlight: system.limits.inFlight,
        ...(system.auth !== undefined && { auth: system.auth }),
      },
      context,
    )
  }
}

function rulesOf(project: Project, rules: readonly SettleRule[]): readonly CompiledRule[] {
  return rules.flatMap(({ when, as, path }) => {
    const condition = conditionAt(project, when, answerScope, [...path, 'when'])
    return condition ? [{ when: condition, as }] : []
  })
}

function verdictBy(rules: readonly CompiledRule[]): Target['verdict'] {
  if (rules.length === 0) return () => undefined
  return answer => {
    const variables: Variables = { status: answer.status, headers: answer.headers, body: bodyOf(answer), fault: answer.fault ?? null }
    return rules.find(rule => holds(rule, variables))?.as
  }
}

/** A rule that cannot be evaluated for an answer says nothing of it: then the standard table holds, which never loses a message. */
function holds({ when }: CompiledRule, variables: Variables): boolean {
  try {
    return when(variables)
  } catch {
    return false
  }
}

function bodyOf(answer: Answer): unknown {
  try {
    return parseJson(answer.body).value
  } catch {
    return Buffer.from(answer.body).toString()
  }
}
