import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { type Fields, fieldsOf, isFields } from '../../../config/value.ts'
import { CommandError, exit } from '../../command.ts'

/** A part of a description, and where it stands. */
export interface Located {
  readonly value: Fields
  /** The file's name and the pointer in it: `petstore.yaml#/paths/~1pets/get`. The same text for the same part. */
  readonly at: string
  readonly file: string
}

/** An OpenAPI description with the files that it refers to. */
export interface Description {
  readonly root: Located
  /** `3.0` or `3.1`. */
  readonly version: string
  /** The part itself, or what its `$ref` leads to in the end; throws wrong usage where that is nothing, or is not on this machine. */
  follow(part: Located): Located
  /** A member of a part; an empty one where there is none. */
  member(part: Located, name: string | number): Located
}

const MOST_STEPS = 50
const EXTENSIONS = new Set(['.yaml', '.yml', '.json'])

/** Reads an OpenAPI description, 3.0 or 3.1, in YAML or JSON; nothing is fetched. Throws wrong usage where it is something else. */
export function readDescription(file: string): Description {
  const files = new Map<string, Fields>()
  const open = (name: string, from: string): Fields => {
    const known = files.get(name) ?? parsed(name, from)
    files.set(name, known)
    return known
  }
  const path = resolve(file)
  const value = open(path, file)
  const root = { value, file: path, at: `${basename(path)}#` }
  const version = /^3\.[01]/.exec(String(value.openapi))?.[0]
  if (version === undefined) {
    throw unusable(`${file} is no OpenAPI 3.0 or 3.1: ${seenIn(value)}`)
  }
  const member = ({ value: of, at, file: name }: Located, key: string | number): Located => ({
    value: fieldsOf(memberOf(of, key)),
    at: `${at}/${escaped(String(key))}`,
    file: name,
  })
  const follow = (part: Located) => {
    let found = part
    for (let step = 0; typeof found.value.$ref === 'string'; step++) {
      if (step > MOST_STEPS) throw unusable(`${part.at}: its $ref leads to itself`)
      found = target(found.value.$ref, found, open)
    }
    return found
  }
  return { root, version, follow, member }
}

function seenIn({ openapi, swagger }: Fields): string {
  if (openapi !== undefined) return `it is ${String(openapi)}`
  return swagger === undefined ? 'it names no version in `openapi`' : `it is Swagger ${String(swagger)}; convert it`
}

function target(ref: string, from: Located, open: (name: string, from: string) => Fields): Located {
  const [place = '', pointer = ''] = ref.split('#', 2)
  if (/^[a-z][a-z0-9+.-]*:/i.test(place))
    throw unusable(
      `${from.at}: $ref "${ref}" leads to the network, from which nothing is fetched; put the file beside ${basename(from.file)}`,
    )
  const file = place === '' ? from.file : resolve(dirname(from.file), decodeURIComponent(place))
  const keys = pointer.split('/').slice(1).map(unescaped)
  const value = keys.reduce<unknown>(memberOf, open(file, from.at))
  if (!isFields(value)) throw unusable(`${from.at}: $ref "${ref}" leads to nothing`)
  return { value, file, at: `${basename(file)}#${keys.map(key => `/${escaped(key)}`).join('')}` }
}

function memberOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)]
  return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function parsed(file: string, from: string): Fields {
  if (!EXTENSIONS.has(extname(file))) throw unusable(`${from}: ${file} is no .yaml, .yml or .json`)
  if (!existsSync(file)) throw unusable(`${from}: there is no file ${file}`)
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw unusable(`${basename(file)}:${line}:${col} ${error.message.split('\n', 1)[0]}`)
  }
  return fieldsOf(document.toJS())
}

function unusable(message: string): CommandError {
  return new CommandError(exit.usage, message)
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescaped(key: string): string {
  return decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
}
