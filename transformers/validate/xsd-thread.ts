import { GatewayError } from '../../gateway/errors.ts'
import { checkReadable, inUtf8, type XmlBytes } from '../libxml2/document.ts'
import { createThread, type Failed, type Thread } from '../thread.ts'
import type { Invalid } from './xsd-check.ts'
import type { XsdFiles } from './xsd-schema.ts'
import type { Job, Outcome } from './xsd-worker.ts'

/** A document of ordinary values takes a fiftieth of this, on a machine that does much else a tenth. */
const BASE_MS = 2_000
const MS_PER_MIB = 1_000

const script = new URL('./xsd-worker.js', import.meta.url)
/** Who makes a pattern slow holds up only those who use such schemas. */
const threads = { slow: createThread<Job, Outcome>(script), large: createThread<Job, Outcome>(script) }
const ids = new WeakMap<XsdFiles['files'], number>()
let lastId = 0

/** What may take long: a pattern of the schema, or the document by its size. */
export type Why = keyof typeof threads

/** As checkDocument, in a thread of its own: whatever is in the document, the gateway works on, and after a time that grows with its size it is SCHEMA_INVALID. */
export async function checkApart({ file, files }: XsdFiles, source: XmlBytes, why: Why): Promise<Invalid | undefined> {
  const bytes = inUtf8(source)
  const timeoutMs = Math.ceil(BASE_MS + (bytes.length / 1_048_576) * MS_PER_MIB)
  const outcome = await run(threads[why], { id: idOf(files), bytes, timeoutMs }, { file, files })
  if ('invalid' in outcome) return outcome.invalid
  if ('fits' in outcome) return undefined
  if ('fault' in outcome) throw new GatewayError('SCHEMA_INVALID', `the body could not be checked by ${file}: ${outcome.fault}`)
  checkReadable(source)
  const { code, detail, errors } = outcome.refused
  throw new GatewayError(code, detail, errors && { errors })
}

function idOf(files: XsdFiles['files']): number {
  const id = ids.get(files) ?? ++lastId
  ids.set(files, id)
  return id
}

/** A new thread knows no schema. */
async function run(thread: Thread<Job, Outcome>, job: Job, schema: XsdFiles): Promise<Exclude<Outcome, { unknown: true }> | Failed> {
  const outcome = await thread.run(job)
  if (!('unknown' in outcome)) return outcome
  const again = await thread.run({ ...job, schema })
  return 'unknown' in again ? { fault: 'its thread was ended' } : again
}
