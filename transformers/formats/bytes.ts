import { GatewayError } from '../../gateway/errors.ts'
import type { OptionSchema } from '../../gateway/options.ts'
import type { Format, FormatKind } from '../format.ts'

/** Options of `bytes`: it has none. */
export const bytesOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {},
  description: 'Anything, passed on untouched.',
} as const satisfies OptionSchema

/** Bodies that nobody looks into. */
export const bytesFormat: Format = {
  contentType: 'application/octet-stream',
  takes: () => true,
  read: ({ body }) => body,
  write(body) {
    if (body instanceof Uint8Array) return body
    throw new GatewayError(
      'MAPPING_FAILED',
      'the format is bytes, and a transformer made a body that is none; give the target the format of it',
    )
  },
}

/** `format: bytes`. */
export const bytes: FormatKind = {
  name: 'bytes',
  options: bytesOptions,
  create: () => ({ request: bytesFormat, reply: bytesFormat }),
}
