import type { Located } from './document.ts'
import type { Shape, Typed } from './shape.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** An operation of REST as the facade carries it. */
export interface Operation {
  /** Its name in SOAP, and that of its request's element. */
  readonly name: string
  /** Its name in the config: small letters and dashes. */
  readonly label: string
  readonly at: string
  readonly method: Method
  /** With `:name` for parameters. */
  readonly path: string
  readonly summary?: string
  readonly parameters: readonly Parameter[]
  readonly body?: Body
  /** Absent: it answers with nothing. */
  readonly result?: Result
  /** Status of the answer that is meant to be. */
  readonly status: number
  readonly faults: readonly FaultAnswer[]
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  /** Of the element. */
  readonly xml: string
  readonly shape: Shape
  readonly required: boolean
  /** Between the items of a list; absent: the parameter repeats. */
  readonly separator?: string
  readonly description?: string
}

/** Stands in an element `body`. */
export interface Body extends Typed {
  readonly contentType: string
  readonly required: boolean
  readonly schema: Located
}

/** Stands in an element `result`. */
export interface Result extends Typed {
  readonly schema: Located
  readonly required: boolean
}

/** A refusal that is declared. */
export interface FaultAnswer {
  /** Absent: any that is not listed. */
  readonly status?: number
  /** Of the fault, and of the element of its detail. */
  readonly name: string
  readonly text: string
  /** Of the detail. */
  readonly shape?: Shape
  /** REST says something when it refuses so. */
  readonly isTold: boolean
}

/** Elements of requests, answers and details beside those of the description. */
export const BODY = 'body'
export const RESULT = 'result'
export const DONE = 'done'
export const MESSAGE = 'message'
