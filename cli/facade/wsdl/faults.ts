import type { JsonSchema } from '../../../config/project.ts'
import type { Fault, Operation } from './operation.ts'
import { type Field, isSchema, type Part, resolve } from './shape.ts'
import { rulesOf } from './shape-rules.ts'
import { restSchema } from './shape-schema.ts'
import { createNames, kebab, wordsOf } from './words.ts'

/** A fault of the service as callers by REST are told it, once for all operations that declare it alike. */
export interface FacadeFault {
  /** Of the mapping. */
  readonly name: string
  /** In the WSDL. */
  readonly fault: string
  readonly status: number
  readonly title: string
  readonly rules: readonly string[]
  readonly declared: Fault
  /** Of what callers are told. */
  readonly schema: JsonSchema
}

const STATUSES: readonly (readonly [RegExp, number])[] = [
  [/not.?found|unknown|no.?such|does.?not.?exist|missing/i, 404],
  [/already|exists|duplicate|conflict|locked/i, 409],
  [/unauthori[sz]ed|not.?authori[sz]ed|forbidden|denied|not.?allowed|permission/i, 403],
]

/** What makes the fault of an operation the one that was made before, where it is the same. */
export function createFaults(operations: readonly Operation[]): (fault: Fault) => FacadeFault {
  const free = createNames(operations.flatMap(({ name }) => [`${name}-request`, `${name}-answer`]))
  const known = new Map<string, FacadeFault>()
  return declared => {
    const { name, element } = declared.described
    const id = `${name} {${element.name.ns}}${element.name.local}`
    const made = known.get(id) ?? faultOf(declared, free(kebab(name, 'fault')))
    known.set(id, made)
    return made
  }
}

function faultOf(declared: Fault, name: string): FacadeFault {
  const { name: fault } = declared.described
  const status = STATUSES.find(([pattern]) => pattern.test(fault))?.[1] ?? 422
  const words = wordsOf(fault).join(' ')
  const title = `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
  const { shape, definitions } = declared.side
  const rules = rulesOf(shape, 'answer', 'fault') ?? ['fault: body']
  return {
    name,
    fault,
    status,
    title,
    declared,
    rules,
    schema: restSchema(problemOf(shape, { title, status, code: fault }), definitions, title),
  }
}

/** What callers are told of a fault: members as in RFC 9457, and the fault's detail. */
function problemOf(detail: Part, constants: Readonly<Record<string, unknown>>): Part {
  const told = Object.entries(constants).map(([name, value]): Field => fieldOf(name, { kind: 'whole', schema: { const: value } }, true))
  return { kind: 'object', fields: [...told, fieldOf('fault', detail, false)], schema: {} }
}

function fieldOf(name: string, part: Part, required: boolean): Field {
  return { xml: name, rest: name, required, part }
}

/** What makes the stand-in answer the fault: a text of the request that is the fault's name. */
export interface Trigger {
  /** Names of the members that lead to the text, on the SOAP side. */
  readonly path: readonly string[]
  /** The request with that text, on the SOAP side. */
  readonly body: unknown
}

/** A required text of the request that can be any; undefined where there is none. */
export function triggerOf({ request, requestSample, formats }: Operation, fault: string): Trigger | undefined {
  if (!requestSample) return undefined
  for (const path of textPaths(request.shape, request.definitions)) {
    const body = replaced(requestSample.body, path, fault)
    if (body !== undefined && isWritable(body, formats)) return { path, body }
  }
  return undefined
}

type NamePath = readonly string[]

function textPaths(shape: Part, root: JsonSchema): readonly NamePath[] {
  if (shape.kind === 'whole') return pathsWithin(shape.schema, root, DEEPEST)
  if (shape.kind === 'list') return []
  return shape.fields.filter(({ required }) => required).flatMap(({ xml, part }) => textPaths(part, root).map(path => [xml, ...path]))
}

const DEEPEST = 4

/** Texts that are certain to be there in a part that is handed on as it is. */
function pathsWithin(schema: JsonSchema, root: JsonSchema, depth: number): readonly NamePath[] {
  const { type, properties, required } = resolve(schema, root)
  if (type === 'string') return [[]]
  if (depth === 0 || type !== 'object' || !isSchema(properties) || !Array.isArray(required)) return []
  return Object.entries(properties).flatMap(([name, inner]) =>
    required.includes(name) && isSchema(inner) ? pathsWithin(inner, root, depth - 1).map(path => [name, ...path]) : [],
  )
}

function replaced(value: unknown, [name, ...rest]: readonly string[], text: string): unknown {
  if (name === undefined) return typeof value === 'string' ? text : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const fields = new Map(Object.entries(value))
  const inner = replaced(fields.get(name), rest, text)
  return inner === undefined ? undefined : Object.fromEntries(fields.set(name, inner))
}

function isWritable(body: unknown, { request }: Operation['formats']): boolean {
  try {
    return request.write(body).length > 0
  } catch {
    return false
  }
}
