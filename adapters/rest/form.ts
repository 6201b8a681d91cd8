import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { asGatewayError, GatewayError } from '../../gateway/errors.ts'
import type { StoredBody } from '../../gateway/message.ts'
import type { Bodies } from '../../gateway/ports.ts'

/** A file of a form, in the body store. */
export interface FormFile {
  /** Without folders, and with nothing that a file's name could do harm with. */
  readonly name: string
  readonly contentType: string
  readonly stored: StoredBody
}

export interface Form {
  /** Of a name that stands in it twice, the last. */
  readonly fields: Readonly<Record<string, string>>
  readonly files: readonly FormFile[]
}

/** What a form may have. */
const LIMITS = { files: 100, fields: 100, fieldSize: 8_192, headerPairs: 100, headerSize: 16_384 } as const
/** Encodings of parts that leave the bytes as they are; the others are not used any more (RFC 7578, 4.7). */
const PLAIN = new Set(['7bit', '8bit', 'binary'])

/** Reads a form (RFC 7578): its files go to the body store while they come, of any size. Rejects with NOT_READABLE, TOO_LARGE, or what the body store says; what it kept is then referred to by nothing. */
export async function readForm(parts: AsyncIterable<Uint8Array>, contentType: string, bodies: Pick<Bodies, 'keep'>): Promise<Form> {
  const parser = parserOf(contentType)
  const files: Promise<FormFile | undefined>[] = []
  const streams: BusboyFileStream[] = []
  const fields = new Map<string, string>()
  const fail = (error: unknown) => {
    const known = asGatewayError(error)
    for (const stream of streams) stream.destroy(known)
    parser.destroy(known)
  }
  parser.on('file', (field, stream, name, encoding, type) => {
    streams.push(stream)
    stream.on('error', () => {}) // keep hears of it
    const kept = keepFile({ stream, name: name ?? field, encoding, type, isChosen: (name ?? '') !== '' }, bodies)
    kept.catch(fail)
    files.push(kept)
  })
  parser.on('field', (name, value, isNameCut, isCut) => {
    if (isNameCut || isCut) fail(new GatewayError('TOO_LARGE', `a field of the form is larger than ${LIMITS.fieldSize} bytes`))
    else fields.set(name ?? '', value)
  })
  for (const what of ['files', 'fields'] as const)
    parser.on(`${what}Limit`, () => fail(new GatewayError('TOO_LARGE', `the form has more than ${LIMITS[what]} ${what}`)))
  try {
    await pipeline(Readable.from(parts, { objectMode: false }), parser)
  } catch (error) {
    fail(error)
    await Promise.allSettled(files)
    throw error instanceof GatewayError ? error : broken(error)
  }
  return { fields: Object.fromEntries(fields), files: (await Promise.all(files)).filter(file => file !== undefined) }
}

function parserOf(contentType: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS })
  } catch (error) {
    throw broken(error)
  }
}

function broken(cause: unknown): GatewayError {
  return new GatewayError('NOT_READABLE', `the form is broken: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}

interface Arrived {
  readonly stream: BusboyFileStream
  readonly name: string | undefined
  readonly encoding: string
  readonly type: string
  /** False for a field of a page into which nobody put a file. */
  readonly isChosen: boolean
}

async function keepFile({ stream, name, encoding, type, isChosen }: Arrived, bodies: Pick<Bodies, 'keep'>): Promise<FormFile | undefined> {
  if (!PLAIN.has(encoding)) {
    throw new GatewayError('NOT_READABLE', `a file of the form is in ${encoding.slice(0, 50)}; files in forms are sent as they are`)
  }
  const stored = await bodies.keep(stream)
  if (!isChosen && stored.bytes === 0) return undefined
  return { name: safeName(name ?? ''), contentType: type, stored }
}

/** What is left of a name that a sender gave: no folders, no control or invisible characters, no dots in front, 200 characters at most. */
export function safeName(given: string): string {
  const base = given.split(/[/\\]/).at(-1) ?? ''
  const name = base
    .replaceAll(/[\p{C}\u2028\u2029]/gu, '')
    .trim()
    .replace(/^\.+/, '')
    .slice(0, 200)
  return name === '' ? 'file' : name
}
