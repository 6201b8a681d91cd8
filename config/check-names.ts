import type { SystemChecks } from './check-systems.ts'
import { describedOperations } from './described-operations.ts'
import type { Path } from './faults.ts'
import { suggestion } from './faults.ts'
import { UNKNOWN_ADAPTER } from './normalise-system.ts'
import type { EntryConfig, Project, RouteConfig, RouteTest } from './project.ts'
import { entriesOf, splitTarget, stepsOfProject } from './targets.ts'
import { fieldsOf, isFields } from './value.ts'

/** Tells each name that refers to nothing. */
export function checkNames(project: Project, { adapters }: Pick<SystemChecks, 'adapters'>): void {
  for (const route of Object.values(project.routes)) {
    for (const entry of entriesOf(route.to)) checkTarget(entry, project, adapters)
    for (const source of route.from) {
      checkName('client', source.client, project.clients, { path: [...source.path, 'client'], project })
      adapters[source.adapter]?.source.check?.(source, project)
    }
  }
  for (const { kind, value, path } of stepsOfProject(project)) {
    if (kind === 'map') checkName('mapping', value, project.mappings, { path, project })
  }
  for (const { table, path } of tablesUsed(project)) checkName('table', table, project.tables, { path, project })
  for (const client of Object.values(project.clients)) {
    for (const [index, scope] of client.scopes.entries()) {
      if (scope !== '*') checkName('route', scope, project.routes, { path: [...client.path, 'scopes', index], project })
    }
  }
  for (const test of project.tests) checkTest(test, project)
}

interface Named {
  readonly path: Path
  readonly project: Project
}

function checkName(noun: string, name: unknown, known: Readonly<Record<string, unknown>>, { path, project }: Named): void {
  if (typeof name !== 'string' || name in known) return
  project.faults.add('UNKNOWN_NAME', path, `unknown ${noun} "${name}"${suggestion(name, Object.keys(known))}`)
}

function checkTarget({ target, path }: EntryConfig, project: Project, adapters: SystemChecks['adapters']): void {
  const { system, operation } = splitTarget(target)
  const at = [...path, 'system']
  const known = project.systems[system]
  if (!known) {
    const names = Object.keys(project.systems)
    project.faults.add('UNKNOWN_NAME', at, `unknown target "${system}"${suggestion(system, names)}`, {
      mend: 'name a system, or add it in systems/',
    })
  } else if (operation !== undefined && known.adapter !== UNKNOWN_ADAPTER && !(operation in known.operations)) {
    const described = describedOperations(known, project, adapters)
    // A description that cannot be read may well have it: that was told.
    if (!described) return
    const names = [...new Set([...Object.keys(known.operations), ...described])]
    const message = `unknown operation "${operation}" of system "${system}"${suggestion(operation, names)}`
    project.faults.add('UNKNOWN_NAME', at, message, { offset: system.length + 1 })
  }
}

/** Each code table that a mapping's rules name, with its place. */
export function tablesUsed({ mappings }: Project): readonly { readonly table: unknown; readonly path: Path }[] {
  return Object.values(mappings).flatMap(({ rules, path }) => tablesIn(rules, [...path, 'rules']))
}

function tablesIn(rules: unknown, path: Path): readonly { readonly table: unknown; readonly path: Path }[] {
  return Object.entries(fieldsOf(rules)).flatMap(([field, rule]) => {
    if (!isFields(rule)) return []
    const own = 'table' in rule ? [{ table: rule.table, path: [...path, field, 'table'] }] : []
    return [...own, ...tablesIn(rule.rules, [...path, field, 'rules'])]
  })
}

function checkEntries({ name: route, to }: RouteConfig, { named, path }: { named: unknown; path: Path }, { faults }: Project): void {
  const names = entriesOf(to).map(({ name }) => name)
  for (const name of Object.keys(fieldsOf(named)).filter(one => !names.includes(one))) {
    faults.add('UNKNOWN_NAME', [...path, name], `route "${route}" has no entry "${name}"${suggestion(name, names)}`, { atKey: true })
  }
}

function checkTest({ send, expect, path }: RouteTest, project: Project): void {
  const to = [...path, 'send', 'to']
  checkName('route', send.to, project.routes, { path: to, project })
  const route = project.routes[send.to]
  if (!route) return
  const giver = Object.values(project.routes).find(({ done }) => done?.route === send.to)
  if (giver) {
    const message = `route "${send.to}" takes the receipts of "${giver.name}" alone, and nothing that a test sends`
    project.faults.add('CONFLICT', to, message, { mend: `send to "${giver.name}", and expect what comes of it in \`done\`` })
    return
  }
  checkEntries(route, { named: fieldsOf(expect).to, path: [...path, 'expect', 'to'] }, project)
  const done = project.routes[route.done?.route ?? '']
  if (done) checkEntries(done, { named: fieldsOf(expect).done, path: [...path, 'expect', 'done'] }, project)
  if (send.source < route.from.length) return
  const message = `route "${send.to}" has no source ${send.source} (known: 0 to ${route.from.length - 1})`
  project.faults.add('UNKNOWN_NAME', [...path, 'send', 'source'], message)
}
