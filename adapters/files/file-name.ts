import { GatewayError } from '../../gateway/errors.ts'
import { idempotencyKey } from '../../gateway/idempotency-key.ts'
import type { Delivery } from '../../gateway/ports.ts'

/** The most bytes of a file's name, with what is put around it while it is written. */
const LONGEST = 240

const ENDINGS: Readonly<Record<string, string>> = {
  'application/json': '.json',
  'application/xml': '.xml',
  'text/xml': '.xml',
  'text/csv': '.csv',
  'text/plain': '.txt',
  'application/x-ndjson': '.ndjson',
}

type Named = Pick<Delivery, 'messageId' | 'entry' | 'target' | 'remapped' | 'params' | 'contentType'>

/** The name of a delivery's file, which may have folders before it; throws MAPPING_FAILED where it would lead elsewhere. */
export function fileNameOf(delivery: Named): string {
  const name = delivery.params?.name ?? ownName(delivery)
  const parts = name.split('/')
  const wrong = parts.find(part => part === '' || part === '.' || part === '..' || Buffer.byteLength(part) > LONGEST || hasControl(part))
  if (wrong === undefined) return name
  const shown = JSON.stringify(name.slice(0, 300))
  throw new GatewayError(
    'MAPPING_FAILED',
    `${shown} is no name of a file: parts between slashes have 1 to ${LONGEST} bytes, no control characters, and are not . or ..`,
  )
}

/** The same for a repeat, and another for each entry of a message. */
function ownName(delivery: Named): string {
  const ending = ENDINGS[delivery.contentType.split(';')[0]?.trim().toLowerCase() ?? ''] ?? ''
  return `${idempotencyKey(delivery).replaceAll(':', '-')}${ending}`
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 32 || text.charCodeAt(index) === 127) return true
  return false
}
