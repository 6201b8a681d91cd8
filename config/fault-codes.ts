import type { FaultCode } from './faults.ts'

/** One row of the table of config faults. */
export interface FaultSpec {
  readonly title: string
  readonly mend: string
}

/** Every kind of fault that `waybill check` can tell; docs/reference/config-faults.md is made from it. */
export const faultCodes = {
  YAML: {
    title: 'The file is not the YAML that it seems to be',
    mend: 'Quote texts that hold `: `, ` #`, or begin with `!`, `&`, `*`, `@`, `{` or `[`; indent with spaces. Warnings count as faults, and until they are mended what the file says is not known.',
  },
  DUPLICATE: {
    title: 'A name or key is given twice',
    mend: 'Keep one of the two places that the message names, or give one another name.',
  },
  UNKNOWN_KEY: { title: 'A key that nothing reads', mend: 'Use one of the keys that the message lists.' },
  MISSING: { title: 'Something that must be there is not', mend: 'Add the key that the message names.' },
  WRONG_TYPE: {
    title: 'A value of another kind was expected',
    mend: 'Write what the message expects; quote a number or a `yes` that is meant as text.',
  },
  WRONG_VALUE: { title: 'The value is not one of those allowed', mend: 'Write one of the values or forms that the message lists.' },
  REFERENCE: {
    title: 'An environment variable or file that a reference names is not there',
    mend: 'Set the variable, create the file, or write a default: `$' + '{env:NAME:-default}`.',
  },
  FILE: {
    title: 'A file that the config names cannot be read',
    mend: "Paths are from the project's folder; the message names the nearest file.",
  },
  SCHEMA: {
    title: 'A JSON Schema, an XML Schema or a stylesheet cannot be used',
    mend: 'Mend it at the place that the message names: JSON Schema draft-07 or 2020-12, XML Schema 1.0, XSLT 1.0, with all that they refer to within the project.',
  },
  WSDL: {
    title: 'A WSDL cannot be used',
    mend: 'Mend the WSDL at the file, line and column that the message begins with, or ask its owner: WSDL 1.1 with SOAP bindings, all imports within the project.',
  },
  EXPRESSION: {
    title: 'An expression does not compile, or names what is not there',
    mend: 'Mend the expression (CEL) at the column that the message names; fields are known from the schemas.',
  },
  UNKNOWN_NAME: { title: 'A name that refers to nothing', mend: 'Use the nearest name that the message suggests, or define this one.' },
  MAPPING: {
    title: 'A mapping does not fit its schemas',
    mend: 'Add the rule for the required field, or make the value of the type that the target has.',
  },
  UNREACHABLE: { title: 'A branch that no message can reach', mend: 'Move it before the branch that takes its messages, or remove it.' },
  UNUSED: {
    title: 'Something that nothing uses',
    mend: 'Use it, or remove it: what stands in a project should do something. Told only where no other fault may be its cause; `waybill run` runs with it and warns.',
  },
  LEFT_OUT: {
    title: 'A description has something that the gateway does not do',
    mend: 'Nothing, where it is not needed: an operation that is left out cannot be called, a policy that is not kept is not kept. A warning: it is told with its place in the description, and `waybill check` ends with 0.',
  },
  CONFLICT: { title: 'Two parts contradict one another', mend: 'Keep the one that is meant.' },
} as const satisfies Readonly<Record<FaultCode, FaultSpec>>
