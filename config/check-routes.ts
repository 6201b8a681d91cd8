import { checkUnpack } from './check-unpack.ts'
import type { Path } from './faults.ts'
import type { BranchConfig, EntryConfig, Project, RouteConfig, SourceConfig, TargetConfig } from './project.ts'
import { entriesOf } from './targets.ts'

/** Tells what in a route contradicts another part of it, or of the project. */
export function checkRoutes(project: Project): void {
  checkSources(project)
  for (const route of Object.values(project.routes)) {
    namesIn(route.to, project)
    checkBranches(route.to, project)
    checkScopes(route, project)
    checkAnswers(route, project)
    checkSplit(route, project)
    checkBatches(route, project)
    checkUnpack(route, project)
    for (const { retry, path } of entriesOf(route.to)) checkRetry(retry, [...path, 'retry', 'giveUpAfter'], project)
  }
}

function checkSources(project: Project): void {
  const first = new Map<string, { readonly route: string; readonly source: SourceConfig }>()
  for (const route of Object.values(project.routes)) {
    for (const source of route.from) {
      // A parameter by any name is the same place in a path.
      const key = source.name.replaceAll(/\/:[A-Za-z_]\w*/g, '/:')
      const before = first.get(key)
      if (before) sameSource(source, before.route, project)
      else first.set(key, { route: route.name, source })
    }
  }
}

function sameSource({ adapter, name, path }: SourceConfig, route: string, { faults }: Project): void {
  const message = `route "${route}" has the source "${name}" already: a source belongs to one route`
  faults.add('CONFLICT', [...path, adapter], message, { mend: `remove one, or add this route's targets to "${route}"` })
}

/** The entries by name; of two that may be chosen for one message and bear one name the second is a fault. */
function namesIn(to: TargetConfig, project: Project): ReadonlyMap<string, EntryConfig> {
  if (to.kind === 'entry') return new Map([[to.entry.name, to.entry]])
  if (to.kind === 'none') return new Map()
  const parts = to.kind === 'list' ? to.targets : to.branches.map(branch => branch.to)
  const names = new Map<string, EntryConfig>()
  for (const part of parts) {
    for (const [name, entry] of namesIn(part, project)) {
      const before = names.get(name)
      if (!before) names.set(name, entry)
      else if (to.kind === 'list' || !isSame(before, entry)) twice(entry, project)
    }
  }
  return names
}

/** Of two branches only one is chosen: the same entry may stand in both. */
function isSame(a: EntryConfig, b: EntryConfig): boolean {
  const bare = (key: string, value: unknown) => (key === 'path' || key === 'when' ? undefined : value)
  return JSON.stringify(a, bare) === JSON.stringify(b, bare)
}

function twice({ name, path }: EntryConfig, { faults }: Project): void {
  const message = `a second entry is named "${name}": receipts and targets could not tell them apart`
  faults.add('DUPLICATE', [...path, 'system'], message, { mend: `give it a name of its own: { system: ${name}, as: NAME }` })
}

function checkBranches(to: TargetConfig, project: Project): void {
  if (to.kind === 'list') for (const target of to.targets) checkBranches(target, project)
  if (to.kind !== 'first') return
  const seen = new Map<string, number>()
  let end: BranchConfig | undefined
  for (const [index, branch] of to.branches.entries()) {
    const { faults } = project
    const when = branch.when?.replaceAll(/\s+/g, ' ').trim()
    const before = when === undefined ? undefined : seen.get(when)
    if (end)
      faults.add('UNREACHABLE', branch.path, 'no message comes here: the branch before takes all that is left', { mend: 'move it up' })
    else if (before !== undefined) sameCondition(branch.path, before, project)
    if (when === undefined || when === 'true') end ??= branch
    else seen.set(when, before ?? index)
    checkBranches(branch.to, project)
  }
}

function sameCondition(path: Path, before: number, { faults }: Project): void {
  const mend = 'mend the condition, or remove the branch'
  faults.add('UNREACHABLE', [...path, 'when'], `no message comes here: branch ${before + 1} has the same condition`, { mend })
}

function checkAnswers({ reply, to }: RouteConfig, { faults }: Project): void {
  if (reply) return
  for (const { path } of entriesOf(to).filter(({ answer }) => answer.length > 0)) {
    const mend = 'add reply: { within: ... } to the route, or remove it'
    faults.add('UNUSED', [...path, 'answer'], 'nobody waits for an answer: the route has no "reply"', { atKey: true, mend })
  }
}

function checkSplit({ split, done, reply, path }: RouteConfig, { faults }: Project): void {
  if (done && !split) {
    faults.add('UNUSED', [...path, 'done'], 'nothing has an end to be told: the route has no "split"', {
      atKey: true,
      mend: 'add split, or remove it',
    })
  }
  if (split && reply) {
    const message = 'a message that is split has many answers, and "reply" waits for one'
    faults.add('CONFLICT', [...path, 'reply'], message, { atKey: true, mend: 'remove "reply"; `done` sends what came of all records' })
  }
}

function checkBatches({ to, reply }: RouteConfig, { faults }: Project): void {
  for (const { batch, name } of entriesOf(to)) {
    if (!batch) continue
    if (batch.withinMs === undefined && batch.cron === undefined) {
      faults.add('MISSING', batch.path, `what is left of "${name}" would wait for ever`, { mend: 'add within or cron' })
    }
    if (reply)
      faults.add('CONFLICT', batch.path, 'nobody can wait for the answer to a batch', { atKey: true, mend: 'remove it, or "reply"' })
  }
}

function checkScopes(route: RouteConfig, { clients, faults }: Project): void {
  for (const { client, path } of route.from) {
    const scopes = client === undefined ? undefined : clients[client]?.scopes
    if (!scopes || scopes.includes('*') || scopes.includes(route.name)) continue
    const message = `client "${client}" may not use route "${route.name}" (its scopes: ${scopes.join(', ')})`
    faults.add('CONFLICT', [...path, 'client'], message, { mend: `add ${route.name} to the client's scopes` })
  }
}

function checkRetry(retry: EntryConfig['retry'], path: Path, { faults }: Project): void {
  const [first] = retry?.delaysMs ?? []
  const { giveUpAfterMs } = retry ?? {}
  if (first === undefined || giveUpAfterMs === undefined || giveUpAfterMs >= first) return
  const message = `giveUpAfter (${durationText(giveUpAfterMs)}) is shorter than the first delay (${durationText(first)}): nothing would be tried again`
  faults.add('CONFLICT', path, message, { mend: 'raise giveUpAfter, or shorten the first delay' })
}

function durationText(ms: number): string {
  const [unit = 'ms', size = 1] = UNITS.find(([, one]) => ms % one === 0) ?? []
  return `${ms / size}${unit}`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const
