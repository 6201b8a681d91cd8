import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Faults, Path } from './faults.ts'
import { suggestion } from './faults.ts'
import { filesIn, modelFiles } from './files.ts'
import type { JsonSchema } from './project.ts'
import { isFields } from './value.ts'

/** What the schemas of a project are read with: `models` are those that stand in waybill.yaml. */
export interface SchemaParts {
  readonly dir: string
  readonly models: Readonly<Record<string, unknown>>
  readonly faults: Faults
}

interface Wrong {
  readonly code: 'FILE' | 'SCHEMA'
  readonly message: string
}

/** Reads each JSON Schema once; a fault is told at each path that asks for it. `file` is a path from the project's folder, or the name of a model. */
export function createSchemas(parts: SchemaParts): (file: string, path: Path) => JsonSchema | undefined {
  const read = new Map<string, JsonSchema | Wrong>()
  return (file, path) => {
    const found = read.get(file) ?? readSchema(file, parts)
    read.set(file, found)
    if (!isWrong(found)) return found
    parts.faults.add(found.code, path, found.message)
    return undefined
  }
}

function isWrong(found: JsonSchema | Wrong): found is Wrong {
  return found.code === 'FILE' || found.code === 'SCHEMA'
}

function readSchema(name: string, { dir, models }: SchemaParts): JsonSchema | Wrong {
  const model = Object.hasOwn(models, name) ? models[name] : undefined
  if (isFields(model)) return model
  const file = modelFiles(dir).get(name) ?? name
  if (!statSync(resolve(dir, file), { throwIfNoEntry: false })?.isFile()) return noFile(file, dir)
  if (/\.xsd$/i.test(file)) return { code: 'SCHEMA', message: `${file} is an XML Schema; here a JSON Schema is read` }
  try {
    const schema: unknown = JSON.parse(readFileSync(resolve(dir, file), 'utf8'))
    return isFields(schema) ? schema : { code: 'SCHEMA', message: `${file} holds no JSON Schema: expected an object` }
  } catch (error) {
    return { code: 'SCHEMA', message: `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function noFile(file: string, dir: string): Wrong {
  const folder = dirname(file)
  const beside = folder === '.' || folder.startsWith('..') ? [] : filesIn(dir, folder)
  const known = beside.length > 0 ? beside : [...filesIn(dir, 'schemas'), ...filesIn(dir, 'models')]
  return { code: 'FILE', message: `there is no file "${join(file)}"${suggestion(file, known)}` }
}
