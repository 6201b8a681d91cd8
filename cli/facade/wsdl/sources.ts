import { readFileSync, statSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { asGatewayError } from '../../../gateway/errors.ts'
import { decodeXml } from '../../../transformers/xml/decode.ts'
import { attribute, readDocument } from '../../../transformers/xml/document.ts'
import { knownSchema } from '../../../transformers/xsd/schema/known-schemas.ts'
import { CommandError, exit } from '../../command.ts'
import type { Fetch } from './fetched.ts'
import { type Reference, referencesIn, schemasIn } from './references.ts'

/** A WSDL or schema as it was found. */
export interface SourceFile {
  /** `file:` or `http:`. */
  readonly url: string
  readonly bytes: Uint8Array
  readonly text: string
  readonly references: readonly (Reference & { readonly target: string })[]
}

const MOST_FILES = 1_000

/** A WSDL with all that it imports, each once, itself the first. Without `fetch` an import over the network is an error that says so. */
export async function collectSources(file: string, fetch: Fetch | undefined): Promise<readonly SourceFile[]> {
  const files = new Map<string, SourceFile>()
  const present = new Set<string>()
  const waiting: Waiting[] = [{ url: isNetwork(file) ? file : pathToFileURL(resolve(file)).href, from: undefined }]
  // What lies beside comes first: it may have what another one asks the network for.
  for (let next = take(waiting); next; next = take(waiting)) {
    if (files.has(next.url) || isNeedless(next, present)) continue
    if (files.size >= MOST_FILES) throw new CommandError(exit.found, `${file} imports more than ${MOST_FILES} files`)
    const source = await read(next, fetch, present)
    files.set(next.url, source)
    waiting.push(...source.references.map(reference => ({ url: reference.target, from: { url: next.url, reference } })))
  }
  return [...files.values()]
}

interface Waiting {
  readonly url: string
  readonly from: { readonly url: string; readonly reference: Reference } | undefined
}

function take(waiting: Waiting[]): Waiting | undefined {
  const at = waiting.findIndex(({ url }) => !isNetwork(url))
  return waiting.splice(Math.max(at, 0), 1)[0]
}

function isNeedless({ url, from }: Waiting, present: ReadonlySet<string>): boolean {
  const namespace = from?.reference.namespace
  return namespace !== undefined && isNetwork(url) && (present.has(namespace) || knownSchema(namespace) !== undefined)
}

export function isNetwork(url: string): boolean {
  return /^https?:\/\//i.test(url)
}

async function read(waiting: Waiting, fetch: Fetch | undefined, present: Set<string>): Promise<SourceFile> {
  const { url } = waiting
  const { bytes, contentType } = isNetwork(url) ? await fetched(waiting, fetch) : { bytes: readLocal(waiting), contentType: undefined }
  try {
    const text = decodeXml(bytes, contentType)
    const root = readDocument(text)
    for (const schema of schemasIn(root)) present.add(attribute(schema, 'targetNamespace') ?? '')
    const references = referencesIn(root, text).map(one => ({ ...one, target: new URL(one.location, url).href }))
    return { url, bytes, text, references }
  } catch (error) {
    throw new CommandError(exit.found, `${nameOf(url)} cannot be read: ${asGatewayError(error).detail}`)
  }
}

function fetched(waiting: Waiting, fetch: Fetch | undefined) {
  if (fetch) return fetch(waiting.url)
  const mend = 'add --fetch to have it fetched and stored in schemas/, or put the file beside the WSDL and name it there'
  throw new CommandError(exit.found, `${told(waiting)} is on the network, from which nothing is read unasked; ${mend}`)
}

function readLocal(waiting: Waiting): Uint8Array {
  const file = waiting.url.startsWith('file:') ? fileURLToPath(waiting.url.replace(/[?#].*$/, '')) : undefined
  if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile()) return readFileSync(file)
  throw new CommandError(
    waiting.from ? exit.found : exit.usage,
    waiting.from ? `${told(waiting)} is not there` : `there is no file ${nameOf(waiting.url)}`,
  )
}

function told({ url, from }: Waiting): string {
  return from ? `${nameOf(from.url)}:${from.reference.line} imports ${from.reference.location}, which` : nameOf(url)
}

function nameOf(url: string): string {
  return url.startsWith('file:') ? posix.relative(process.cwd(), fileURLToPath(url)) || url : url
}
