import type { Project } from '../../config/project.ts'
import type { Formats } from '../../transformers/format.ts'
import { bytesFormat } from '../../transformers/formats/bytes.ts'
import type { SourceBinding } from '../adapter.ts'
import type { BodyLimits } from '../http/body.ts'
import { takesFiles } from './source-options.ts'

/** The whole of a streamed body may take a second for each 100 KB beyond the source's time: 100 bytes a millisecond. */
const SLOWEST = 100

/** Up to how many bytes the bodies of a source are read into memory: all, but where nobody looks into the whole, which is bytes that are passed on, records that are read later and files of forms, and nobody waits for a reply. */
export function inlineBytesOf({ route, source }: SourceBinding, formats: readonly Formats[], { store }: Pick<Project, 'store'>): number {
  const isOpaque = takesFiles(source.options) || route.split?.each === 'record' || formats.every(({ request }) => request === bytesFormat)
  return isOpaque && !route.reply ? store.inlineBodiesBytes : Number.POSITIVE_INFINITY
}

/** What a body of a source takes in memory, and how long it may take to come. */
export function limitsOf({ maxBodyBytes, bodyTimeoutMs }: BodyLimits, inlineBytes: number): BodyLimits {
  if (maxBodyBytes <= inlineBytes) return { maxBodyBytes, bodyTimeoutMs }
  return { maxBodyBytes: inlineBytes, bodyTimeoutMs: bodyTimeoutMs + Math.ceil(maxBodyBytes / SLOWEST) }
}
