import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tablesUsed } from './check-names.ts'
import type { Path } from './faults.ts'
import { filesIn, modelFiles } from './files.ts'
import type { Project } from './project.ts'
import { entriesOf, splitTarget, stepsOfProject } from './targets.ts'
import { isFields } from './value.ts'

/** Tells systems that no route reaches, and mappings, tables and models that nothing names. */
export function checkUnused(project: Project): void {
  const { routes, systems, mappings, tables } = project
  const steps = stepsOfProject(project)
  const texts = new Set(
    textsIn([
      Object.values(mappings).map(({ from, to }) => [from, to].map(withoutElement)),
      steps,
      Object.values(routes).map(({ from }) => from),
    ]),
  )
  const reached = new Set(Object.values(routes).flatMap(({ to }) => entriesOf(to).map(({ target }) => splitTarget(target).system)))
  const mapped = new Set(steps.filter(({ kind }) => kind === 'map').map(({ value }) => value))
  const looked = new Set(tablesUsed(project).map(({ table }) => table))
  const rules = JSON.stringify(Object.values(mappings).map(mapping => mapping.rules))
  for (const { name, path } of Object.values(systems)) {
    if (!reached.has(name) && !texts.has(name)) unused(`no route reaches system "${name}"`, path, project)
  }
  for (const { name, path } of Object.values(mappings)) {
    if (!mapped.has(name) && !texts.has(name)) unused(`nothing uses mapping "${name}"`, path, project)
  }
  for (const name of Object.keys(tables)) {
    if (!looked.has(name) && !rules.includes(name)) unused(`no mapping uses table "${name}"`, ['tables', name], project)
  }
  checkModels(project, texts)
}

function unused(message: string, path: Path, { faults }: Project): void {
  faults.add('UNUSED', path, message, { atKey: true, mend: 'use it, or remove it' })
}

function checkModels(project: Project, texts: ReadonlySet<string>): void {
  const files = [...filesIn(project.dir, 'models'), ...filesIn(project.dir, 'schemas')]
  const schemas = files.map(file => ({ file, text: readFileSync(join(project.dir, file), 'utf8') }))
  for (const [name, file] of modelFiles(project.dir)) {
    const base = file.replace(/^.*\//, '')
    const referred = schemas.some(other => other.file !== file && other.text.includes(base))
    if (!texts.has(name) && !texts.has(file) && !referred) unused(`nothing uses model "${name}"`, ['models', name], project)
  }
}

/** `models/order.xsd#Order` names the model. */
function withoutElement(name: string | undefined): string | undefined {
  return name?.replace(/#.*$/, '')
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isFields(value) ? Object.values(value).flatMap(textsIn) : []
}
