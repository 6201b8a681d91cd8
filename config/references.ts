import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Faults, Path } from './faults.ts'
import { suggestion } from './faults.ts'
import { isFields, pathKey } from './value.ts'

/** Which values came from a reference: what they hold may be a secret and is never shown. */
export interface References {
  /** The text as it was written, `${env:NAME}`, by path; undefined where no reference stands. */
  written(path: Path): string | undefined
  /** Whether a reference of the value could not be put in: that was said, and nothing else is said about it. */
  missing(path: Path): boolean
}

export interface ReferenceParts {
  readonly dir: string
  readonly environment: NodeJS.ProcessEnv
  readonly faults: Faults
}

/** What holds other people's text, where `${` means nothing to us. */
const UNTOUCHED: ReadonlySet<string | number | undefined> = new Set(['models', 'tests'])
const REFERENCE = /\$\{([^}]*)\}/g
const MAX_FILE_BYTES = 1024 * 1024

/** The config with `${env:NAME}`, `${env:NAME:-default}` and `${file:PATH}` put into its texts; each that is missing is a fault. */
export function putReferences(config: unknown, parts: ReferenceParts): { readonly value: unknown; readonly references: References } {
  const written = new Map<string, string>()
  const missing = new Set<string>()
  const visit = (value: unknown, path: Path): unknown => {
    if (UNTOUCHED.has(path[0])) return value
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]))
    if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item, [...path, name])]))
    if (typeof value !== 'string' || !value.includes('${')) return value
    const text = putInto(value, path, parts)
    if (text === undefined) missing.add(pathKey(path))
    else if (text !== value) written.set(pathKey(path), value)
    return text ?? value
  }
  const value = visit(config, [])
  // Asked for each value of the config: most projects have no reference that is missing, and few that are there.
  const isMissing = (path: Path) => missing.size > 0 && missing.has(pathKey(path))
  return { value, references: { written: path => (written.size > 0 ? written.get(pathKey(path)) : undefined), missing: isMissing } }
}

function putInto(text: string, path: Path, parts: ReferenceParts): string | undefined {
  let complete = true
  const result = text.replace(REFERENCE, (whole, inner: string, offset: number) => {
    const found = lookUp(inner, parts)
    if (typeof found === 'string') return found
    if (!found) return whole
    complete = false
    parts.faults.add('REFERENCE', path, found.message, { offset, mend: found.mend })
    return whole
  })
  return complete ? result : undefined
}

type Found = string | { readonly message: string; readonly mend: string } | undefined

function lookUp(inner: string, parts: ReferenceParts): Found {
  if (inner.startsWith('env:')) return lookUpEnv(inner.slice(4), parts.environment)
  if (inner.startsWith('file:')) return lookUpFile(inner.slice(5), parts.dir)
  if (!/^[A-Za-z_][A-Za-z0-9_]*(:|$)/.test(inner)) return undefined
  const name = inner.replace(/^\w+:/, '')
  return { message: `"\${${inner}}" is no reference`, mend: `write \${env:${name}} or \${file:PATH}` }
}

function lookUpEnv(text: string, environment: NodeJS.ProcessEnv): Found {
  const [, name = '', fallback] = /^(.*?)(?::-([\s\S]*))?$/.exec(text) ?? []
  const value = environment[name]
  if (value) return value
  if (fallback !== undefined) return fallback
  const near = suggestion(name, alike(name, environment)).replace(/ \(.*/, '')
  return {
    message: `environment variable ${name} is ${value === '' ? 'empty' : 'not set'}${near}`,
    mend: `set ${name}, or write a default: \${env:${name}:-VALUE}`,
  }
}

/** Only names that begin alike: the environment is full of names that have nothing to do with the project. */
function alike(name: string, environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment).filter(known => known.slice(0, 3) === name.slice(0, 3))
}

function lookUpFile(path: string, dir: string): Found {
  const file = resolve(dir, path)
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat) return { message: `file ${path} does not exist`, mend: `create it; a path is from the project's folder` }
  if (stat.size > MAX_FILE_BYTES) return { message: `file ${path} is larger than 1MB`, mend: 'put in a smaller file' }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    return { message: `file ${path} cannot be read (${codeOf(error)})`, mend: 'let the gateway read it' }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
