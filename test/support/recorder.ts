import type { Answer, Message } from '../../gateway/message.ts'
import { newId } from '../../gateway/message.ts'
import type { Gateway, Receipt } from '../../gateway/ports.ts'
import type { ReceiptView } from '../../gateway/receipts.ts'
import { noBodies } from './bodies.ts'

/** A gateway for tests of inbound adapters: keeps what it is given and answers as it is told. */
export interface Recorder {
  readonly gateway: Gateway
  readonly accepted: Message[]
  readonly called: Message[]
  /** Asked before a message counts as accepted; throw to refuse. */
  onAccept: (message: Message) => Promise<Partial<Receipt> | undefined> | Partial<Receipt> | undefined
  onCall: (message: Message, signal: AbortSignal) => Promise<Answer | Receipt>
  readonly views: Map<string, ReceiptView>
  /** What receipts were asked for, with whose name. */
  readonly asked: { readonly id?: string; readonly key?: string; readonly client: string | undefined }[]
}

/** Accepts everything until it is told otherwise. */
export function createRecorder(): Recorder {
  const taken = new Set<string>()
  const recorder: Recorder = {
    accepted: [],
    called: [],
    views: new Map(),
    asked: [],
    onAccept: () => undefined,
    onCall: async () => ({ status: 200, headers: {}, contentType: 'application/json', body: Buffer.from('{}') }),
    gateway: {
      accept: messages => Promise.all(messages.map(message => accept(recorder, message))),
      call: (message, signal) => {
        recorder.called.push(message)
        return recorder.onCall(message, signal)
      },
      carry: async message => void (await accept(recorder, message)),
      bury: async () => {},
      takeOnce: async name => taken.size < taken.add(name).size,
      bodies: noBodies,
      admit() {},
      positions: async sources => sources.map(() => undefined),
      receipts: {
        receipt: async (id, client) => {
          recorder.asked.push({ id, client })
          return recorder.views.get(id)
        },
        rejects: async () => ({ items: [] }),
        receipts: async ({ key, client }) => {
          recorder.asked.push({ ...(key !== undefined && { key }), client })
          return { items: [...recorder.views.values()].filter(view => view.key === key) }
        },
      },
    },
  }
  return recorder
}

async function accept(recorder: Recorder, message: Message): Promise<Receipt> {
  const told = await recorder.onAccept(message)
  recorder.accepted.push(message)
  return { id: message.id, state: 'accepted', replayed: false, ...told }
}

/** A receipt's view with the least in it. */
export function viewOf(view: Partial<ReceiptView> = {}): ReceiptView {
  return { id: newId(), route: 'orders', state: 'accepted', receivedAt: new Date().toISOString(), targets: [], ...view }
}
