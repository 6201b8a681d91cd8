import type { ConfirmChannel, Options } from 'amqplib/callback_api'
import type { Log } from '../../log.ts'
import type { Publication } from '../../ports.ts'
import type { Flight, Item, Line } from './window.ts'

/** What the state machine needs of the publisher's options. */
export interface ConfirmsOptions {
  readonly log: Log
  readonly window?: number
  readonly failed?: (publication: Publication, reason: string) => void
}

/** The state of one publisher. */
export interface Confirms {
  readonly options: ConfirmsOptions
  readonly window: number
  readonly flight: Flight
  readonly line: Line
  /** One of these broke the channel: they go one by one. */
  suspects: Item[]
  /** The suspect that is under way alone. */
  trial: Item | undefined
  channel: ConfirmChannel | undefined
  tag: number
  blocked: boolean
  closed: boolean
  clockFrom: number
  readonly retries: Map<NodeJS.Timeout, Item>
  /** Destinations whose queue answers nothing (it has no majority): they must not fill the window for all others. */
  readonly mute: Set<string>
  /** In doubt, for mute destinations; the first of each is out as a probe. */
  readonly parked: Map<string, Item[]>
  /** Those that wait for room, and for which destination. */
  readonly waiting: Map<() => void, string | undefined>
  readonly properties: Options.Publish
}

const WINDOW = 256

/** Nothing is known, and there is no channel yet. */
export function createConfirms(options: ConfirmsOptions): Confirms {
  return {
    options,
    window: options.window ?? WINDOW,
    flight: { items: new Map(), bytes: 0, stuck: 0 },
    line: { items: [], head: 0, bytes: 0 },
    suspects: [],
    trial: undefined,
    channel: undefined,
    tag: 0,
    blocked: false,
    closed: false,
    clockFrom: 0,
    retries: new Map(),
    mute: new Set(),
    parked: new Map(),
    waiting: new Map(),
    properties: { persistent: true, mandatory: true },
  }
}
