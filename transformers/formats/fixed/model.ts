/** A field at its place. */
export interface Field {
  readonly name: string
  readonly type: 'text' | 'number' | 'date'
  /** Its first character, counted from 0. */
  readonly at: number
  readonly length: number
  readonly pad: string
  readonly align: 'left' | 'right'
  readonly required: boolean
  readonly decimals?: number
  readonly sign: 'none' | 'leading' | 'trailing' | 'overpunch'
  readonly plus: '+' | ' '
  readonly pattern?: string
}

/** A type of records. */
export interface RecordType {
  readonly name: string
  readonly tag?: string
  readonly fields: readonly Field[]
  readonly length: number
}

/** What a field of the trailer counts. */
export interface Count {
  readonly field: Field
  /** `records`, `all`, or the name of a type. */
  readonly of: string
}

/** What a field of the trailer sums: one field of each of these types. */
export interface Sum {
  readonly field: Field
  readonly of: string
  readonly in: readonly RecordType[]
}

/** Where fields stand, of which records a sequence is made. */
export interface Layout {
  readonly separated: boolean
  /** Where the tag stands, counted from 0. */
  readonly tag?: { readonly at: number; readonly length: number }
  readonly header?: RecordType
  readonly details: readonly RecordType[]
  readonly trailer?: RecordType & { readonly counts: readonly Count[]; readonly sums: readonly Sum[] }
  /** Bodies bear the name of their type as `record`. */
  readonly named: boolean
}
