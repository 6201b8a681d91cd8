import type { ReceiptView } from '../../gateway/receipts.ts'
import type { TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

/** An answer of the gateway, with its body parsed where there is one. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** Posts a JSON body, given as a value or as its text. */
export async function post(
  gateway: TestGateway,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const response = await fetch(`${gateway.http}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** Posts an order and resolves with its message's id; rejects where it was not accepted. */
export async function order(gateway: TestGateway, body: unknown, headers?: Readonly<Record<string, string>>): Promise<string> {
  const { status, body: answer } = await post(gateway, '/orders', body, headers)
  if (status !== 202) throw new Error(`answered ${status}: ${JSON.stringify(answer)}`)
  return String(answer.id)
}

export async function receiptOf(gateway: TestGateway, id: string): Promise<ReceiptView> {
  const response = await fetch(`${gateway.http}/receipts/${id}`)
  return (await response.json()) as ReceiptView
}

/** Resolves with the receipt once it says so. */
export function receiptWhen(gateway: TestGateway, id: string, state: ReceiptView['state'], ms?: number): Promise<ReceiptView> {
  return until(
    `message ${id} is ${state}`,
    async () => {
      const receipt = await receiptOf(gateway, id)
      return receipt.state === state && receipt
    },
    ms,
  )
}

/** Resolves with the receipt once its only target is in this state. */
export function targetWhen(gateway: TestGateway, id: string, state: string, ms?: number): Promise<ReceiptView['targets'][number]> {
  return until(
    `the target of ${id} is ${state}`,
    async () => {
      const [target] = (await receiptOf(gateway, id)).targets
      return target?.state === state && target
    },
    ms,
  )
}

/** Rejects unless `waybill balance` ends with 0. */
export async function balanced(gateway: TestGateway): Promise<void> {
  const { code, stdout, stderr } = await gateway.run('balance')
  if (code !== 0) throw new Error(`waybill balance ended with ${code}: ${stdout}${stderr}`)
}
