import type { Project } from '../../config/project.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Content, Message, Transformer } from '../../gateway/message.ts'
import type { Receipt } from '../../gateway/ports.ts'
import { map } from '../../transformers/map.ts'
import type { SourceBinding } from '../adapter.ts'
import type { SoapOperation } from './operations.ts'
import { keysOf } from './site.ts'

/** Makes what stands in Body of the answer to a message that was accepted; undefined: nothing does, and 202 says it. */
export type ReceiptWriter = (receipt: Receipt, message: Message, operation: SoapOperation | undefined) => Promise<Uint8Array | undefined>

/** The mapping that a source names for its receipts; undefined where it names none, or one with faults, which are then the project's. */
export function compileReceipt({ source }: SourceBinding, project: Project): Transformer | undefined {
  const { receipt } = keysOf(source)
  return receipt === undefined ? undefined : map.create(receipt, { project, path: [...source.path, 'receipt'] })?.transform
}

/** contracts.md, SOAP request-reply, queued: the response that the mapping makes of the receipt; without a mapping its id and state, where the response has such members. */
export function createReceiptWriter(binding: SourceBinding, project: Project): ReceiptWriter {
  const mapping = compileReceipt(binding, project)
  const unfit = new WeakSet<SoapOperation>()
  return async (receipt, message, operation) => {
    const output = operation?.output()
    if (!operation || !output || unfit.has(operation)) return undefined
    const body = { id: receipt.id, state: receipt.state, receipt: `/receipts/${receipt.id}` }
    if (mapping) return Buffer.from(output.write((await mapping(contentOf(message, body))).body))
    try {
      return Buffer.from(output.write({ id: body.id, state: body.state }))
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      unfit.add(operation)
      return undefined
    }
  }
}

function contentOf(message: Message, body: unknown): Content {
  return { message, body, headers: {}, contentType: 'application/json' }
}
