import { parentPort } from 'node:worker_threads'
import { type ErrorCode, GatewayError, type Place } from '../../gateway/errors.ts'
import { loadLibxml2 } from '../libxml2/library.ts'
import { checkDocument, type Invalid } from './xsd-check.ts'
import { compileFiles, type XsdFiles, type XsdSchema } from './xsd-schema.ts'

/** One validation that the worker is asked for. */
export interface Job {
  /** The schema's number. */
  readonly id: number
  /** Its files: only where the worker said that it does not know it. */
  readonly schema?: XsdFiles
  /** XML in UTF-8. */
  readonly bytes: Uint8Array
  readonly timeoutMs: number
}

/** What came of it; `unknown`: ask again with the schema's files; `refused`: the document cannot be read. */
export type Outcome =
  | { readonly unknown: true }
  | { readonly fits: true }
  | { readonly invalid: Invalid }
  | { readonly refused: { readonly code: ErrorCode; readonly detail: string; readonly errors?: readonly Place[] } }

const known = new Map<number, XsdSchema>()

await loadLibxml2()
parentPort?.on('message', (job: Job) => parentPort?.postMessage(outcomeOf(job)))

function outcomeOf({ id, schema, bytes }: Job): Outcome {
  try {
    if (schema && !known.has(id)) known.set(id, compileFiles(schema))
    const compiled = known.get(id)
    if (!compiled) return { unknown: true }
    const invalid = checkDocument(compiled, { bytes })
    return invalid ? { invalid } : { fits: true }
  } catch (error) {
    // Of anything else the library may be broken: the thread ends, and the next job has a new one.
    if (!(error instanceof GatewayError)) throw error
    const { code, detail, extras } = error
    return { refused: { code, detail, ...(extras.errors && { errors: extras.errors }) } }
  }
}
