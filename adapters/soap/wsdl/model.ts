import type { ElementDeclaration, SchemaSet, TypeDefinition } from '../../../transformers/xsd/model.ts'

// WSDL 1.1 (https://www.w3.org/TR/wsdl) with SOAP 1.1 and 1.2 bindings, as far as calling and serving needs it.

export type SoapVersion = '1.1' | '1.2'

export interface Wsdl {
  /** From the project's folder. */
  readonly file: string
  readonly targetNamespace: string
  readonly schemas: SchemaSet
  readonly ports: readonly WsdlPort[]
  /** The WSDL and every WSDL that it imports; the first is the one that was asked for. */
  readonly documents: readonly WsdlDocument[]
  /** Lawful parts that the gateway does not do: operations that are left out, policies that are not kept. */
  readonly unsupported: readonly WsdlUnsupported[]
}

export interface WsdlUnsupported {
  readonly file: string
  readonly line: number
  readonly column: number
  /** `operation "Query" is overloaded: ...` */
  readonly message: string
  /** The operation that is left out. */
  readonly operation?: string
}

export interface WsdlDocument {
  readonly file: string
  readonly text: string
  readonly references: readonly { readonly location: string; readonly file: string }[]
}

/** A port of a service with a SOAP binding; others (HTTP GET, MIME alone) are left out. */
export interface WsdlPort {
  readonly service: string
  readonly name: string
  readonly version: SoapVersion
  readonly address: string
  /** By name, in the order of the document. */
  readonly operations: ReadonlyMap<string, WsdlOperation>
}

export interface WsdlOperation {
  readonly name: string
  readonly style: 'document' | 'rpc'
  readonly use: 'literal' | 'encoded'
  /** '' where the binding names none. */
  readonly soapAction: string
  readonly input: WsdlMessage
  /** Absent: one-way. */
  readonly output?: WsdlMessage
  readonly faults: readonly WsdlFault[]
  /** True where a policy or wsaw:UsingAddressing asks for WS-Addressing. */
  readonly addressing: boolean
  /** wsa:Action of the input, as written or by the rule of WS-Addressing Metadata. */
  readonly action: string
  readonly replyAction?: string
  /** True where a policy asks for MTOM. */
  readonly mtom: boolean
  readonly documentation?: string
}

export interface WsdlMessage {
  /** Of the body, in order. Document style: usually one with an element, or none. */
  readonly parts: readonly WsdlPart[]
  readonly headers: readonly WsdlPart[]
  /** What a fault about the headers carries in its header (soap:headerfault). */
  readonly headerFaults?: readonly WsdlPart[]
  /** Parts that travel beside the envelope. */
  readonly attachments?: readonly WsdlAttachment[]
  /** rpc: the wrapper's namespace, from soap:body; '' where none is told. Unused for document. */
  readonly namespace: string
  /** rpc: the wrapper's local name: the operation's, or with `Response`. */
  readonly wrapper: string
  /** Document style, one element part whose content is a sequence, named as the operation (or with `Response`). */
  readonly wrapped: boolean
}

/** A part that travels beside the envelope (mime:content). */
export interface WsdlAttachment {
  readonly name: string
  /** The content type, application/octet-stream where none is told in full. */
  readonly type: string
}

export type WsdlPart =
  | { readonly name: string; readonly element: ElementDeclaration; readonly type?: undefined }
  | { readonly name: string; readonly type: TypeDefinition; readonly element?: undefined }

export interface WsdlFault {
  readonly name: string
  readonly element: ElementDeclaration
}
