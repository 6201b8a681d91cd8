import { GatewayError } from '../../gateway/errors.ts'
import type { RecordWriter } from '../format.ts'
import { writeJsonText } from './codec.ts'
import { refuseHeader, writeRecord } from './write-record.ts'

/** Writes a list at a path of member names, a record on a line. The header is what stands around it: an object, whose list, where it has one, is empty. */
export function createListWriter(steps: readonly string[]): RecordWriter {
  let separator = '\n'
  return {
    open(header) {
      if (steps.length === 0) refuseHeader(header, 'a list')
      return Buffer.from(`${opening(header, steps)}[`)
    },
    record(body) {
      const text = `${separator}${writeRecord(body)}`
      separator = ',\n'
      return Buffer.from(text)
    },
    close: () => Buffer.from(`\n]${'}'.repeat(steps.length)}\n`),
  }
}

/** The members of each object on the way, the way itself last. */
function opening(header: unknown, [step, ...rest]: readonly string[]): string {
  if (step === undefined) {
    if (header === undefined || (Array.isArray(header) && header.length === 0)) return ''
    throw new GatewayError('MAPPING_FAILED', 'the header has something in the place of the records')
  }
  const { [step]: inside, ...others } = membersOf(header)
  const members = Object.entries(others).filter(([, value]) => value !== undefined)
  const before = members.map(([name, value]) => `${JSON.stringify(name)}:${writeJsonText(value)},`).join('')
  return `{${before}${JSON.stringify(step)}:${opening(inside, rest)}`
}

function membersOf(header: unknown): Readonly<Record<string, unknown>> {
  if (header === undefined) return {}
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) return Object.fromEntries(Object.entries(header))
  throw new GatewayError('MAPPING_FAILED', 'the header must be an object, on the whole way to the records')
}
