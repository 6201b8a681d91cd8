import { GatewayError } from '../../gateway/errors.ts'
import { type Message, newId } from '../../gateway/message.ts'
import type { Receipt } from '../../gateway/ports.ts'
import type { SourceBinding } from '../adapter.ts'
import { admitBody } from '../http/body.ts'
import type { Exchange } from '../http/exchange.ts'
import { whileArriving } from '../http/large-body.ts'
import type { Endpoint } from '../http/paths.ts'
import { type Form, type FormFile, readForm } from './form.ts'
import { type Head, readHead } from './head.ts'
import type { SourceParts } from './source.ts'
import { restSource } from './source-options.ts'

/** The endpoint of a source with `multipart`: each file of a form becomes a message, all of them are accepted in one transaction, and the answer has their receipts. */
export function createFormEndpoint(binding: SourceBinding, { gateway, large, ...parts }: SourceParts): Endpoint {
  const options = restSource(binding.source.options)
  return async (exchange, located) => {
    const head = readHead({ exchange, located, binding, options, ...parts })
    gateway.admit()
    const encoding = admitBody(exchange, options)
    if (!encoding) throw new GatewayError('NOT_READABLE', 'there is no body')
    const form = await whileArriving(exchange, options, encoding, body => readForm(body, head.contentType, large.bodies))
    if (form.files.length === 0) throw new GatewayError('BAD_REQUEST', 'the form has no file')
    const receipts = await gateway.accept(form.files.map((file, index) => messageOf(head, form, file, index)))
    if (receipts.some(({ state }) => state === 'failed'))
      throw new GatewayError('KEY_CONFLICT', 'the Idempotency-Key was used for a form with other files')
    respondReceipts(exchange, form.files, receipts)
  }
}

const NOTHING = new Uint8Array()

function messageOf({ identity, ...head }: Head, { fields }: Form, { name, contentType, stored }: FormFile, index: number): Message {
  return {
    ...head,
    id: index === 0 ? head.id : newId(),
    // the same form again is known file by file
    ...(identity !== undefined && { identity: index === 0 ? identity : `${identity}:${index}` }),
    contentType,
    meta: { ...head.meta, query: { ...head.meta.query, ...fields }, file: { name, folder: '', ...stored } },
    body: NOTHING,
    stored,
    receivedAt: Date.now(),
  }
}

/** 202 as for any message, the first one's, with all of them by the names of their files. */
function respondReceipts({ res, correlationId }: Exchange, files: readonly FormFile[], receipts: readonly Receipt[]): void {
  const told = receipts.map(({ id, state }) => ({
    id,
    state: state === 'filtered' ? state : 'accepted',
    receipt: `/receipts/${id}`,
  }))
  const [first] = told
  const named = told.map((one, index) => ({ name: files[index]?.name, ...one }))
  const body = Buffer.from(JSON.stringify({ ...first, files: named }))
  const head = ['Content-Type', 'application/json', 'Location', first?.receipt ?? '', 'X-Correlation-Id', correlationId]
  if (receipts.every(({ replayed }) => replayed)) head.push('Idempotent-Replayed', 'true')
  head.push('Content-Length', String(body.length))
  res.writeHead(202, head).end(body)
}
