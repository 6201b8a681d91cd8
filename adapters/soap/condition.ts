import { type ErrorCode, GatewayError } from '../../gateway/errors.ts'
import type { XmlName } from '../../transformers/xml/events.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** Codes that both versions have, by their names in SOAP 1.1 (4.4.1); in 1.2 Client is Sender and Server is Receiver. */
export type FaultKind = 'Client' | 'Server' | 'VersionMismatch' | 'MustUnderstand' | 'DataEncodingUnknown'

/** What a fault says beside the words and the problem. */
export interface Condition {
  readonly kind: FaultKind
  readonly subcode?: XmlName
  /** Header blocks that the fault bears, as XML for the version that it is told in. */
  readonly headers?: (version: SoapVersion) => string
  /** It speaks of a header block: in 1.1 it then has no detail (4.4). */
  readonly ofHeader?: boolean
  /** Told in this version, whatever the request was. */
  readonly version?: SoapVersion
}

/** The cause of a GatewayError that is a fault of its own kind. */
export class SoapCondition extends Error {
  readonly condition: Condition

  constructor(condition: Condition) {
    super(condition.kind)
    this.name = 'SoapCondition'
    this.condition = condition
  }
}

/** A GatewayError that becomes that fault. */
export function faultError(code: ErrorCode, detail: string, condition: Condition): GatewayError {
  return new GatewayError(code, detail, { cause: new SoapCondition(condition) })
}

/** The condition that an error bears, else the one of its nature: what only the sender can mend is Client, all else Server. */
export function conditionOf({ cause, status, permanent }: GatewayError): Condition {
  if (cause instanceof SoapCondition) return cause.condition
  return status < 500 && permanent ? CLIENT : SERVER
}

const CLIENT: Condition = { kind: 'Client' }
const SERVER: Condition = { kind: 'Server' }
