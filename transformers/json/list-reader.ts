import { GatewayError } from '../../gateway/errors.ts'
import type { RecordReader } from '../format.ts'
import { RECORD_BYTES } from '../format.ts'
import { createGathered } from '../formats/records/gather.ts'
import { type RecordPlace, recordReader, unreadableAt } from '../formats/records/reader.ts'
import { parseJson } from './codec.ts'
import { ItemScanner } from './item-scanner.ts'
import { ListFinder } from './list-finder.ts'
import { pointerText } from './pointer.ts'

/** The document around a list. */
interface Around {
  readonly head: Buffer
  readonly items: ItemScanner
  readonly header?: unknown
}

/** Reads the list at a path of member names as it comes. What stands around it is bounded, and must be JSON; `header` is that, up to the list. */
export function createListReader(steps: readonly string[]): RecordReader {
  const finder = new ListFinder(steps)
  const tail = createGathered()
  let around: Around | undefined

  return recordReader({
    push(bytes, found) {
      const from = around ? 0 : finder.find(bytes)
      if (from < 0) return
      around ??= aroundList(finder.head(), steps)
      const { items } = around
      const rest = bytes.subarray(from)
      const behind = items.ended ? 0 : items.scan(rest, found)
      if (!items.ended) return
      tail.add(rest.subarray(behind))
      if (tail.length > RECORD_BYTES)
        throw new GatewayError('TOO_LARGE', `more than ${RECORD_BYTES} bytes stand behind the list of records`)
    },
    end() {
      if (!around) {
        parseJson(finder.head())
        throw new GatewayError('NOT_READABLE', `there is no such list (records are ${pointerText(steps)})`)
      }
      if (!around.items.ended) around.items.failAtEnd()
      checkAround(around, tail.take(), steps)
    },
    get header() {
      return around?.header
    },
  })
}

function aroundList(head: Buffer, steps: readonly string[]): Around {
  const header = parseJson(Buffer.concat([head, Buffer.from(`]${'}'.repeat(steps.length)}`)])).value
  return { head, items: new ItemScanner(head), ...(steps.length > 0 && { header }) }
}

/** Throws NOT_READABLE where the document without the list's members is no JSON, or has the list twice. */
function checkAround({ head, items }: Around, tail: Buffer, steps: readonly string[]): void {
  let value: unknown
  try {
    value = parseJson(Buffer.concat([head, Buffer.from(']'), tail])).value
  } catch (error) {
    throw placedBehind(error, head, items.place())
  }
  for (const step of steps) value = memberOf(value, step)
  if (Array.isArray(value) && value.length === 0) return
  throw new GatewayError('NOT_READABLE', `a name on the way to the list stands twice (records are ${pointerText(steps)})`)
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

/** The parser saw the list's end right behind its beginning; `end` is where it stands. */
function placedBehind(error: unknown, head: Buffer, end: RecordPlace): unknown {
  const [fault] = error instanceof GatewayError ? (error.extras.errors ?? []) : []
  if (!fault?.line || !fault.column) return error
  const before = head.toString().split('\n')
  const isSameLine = fault.line === before.length
  const column = isSameLine ? end.column + fault.column - (before.at(-1)?.length ?? 0) - 1 : fault.column
  return unreadableAt({ line: end.line + fault.line - before.length, column }, fault.message)
}
