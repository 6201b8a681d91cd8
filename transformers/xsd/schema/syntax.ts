import { suggestion } from '../../../config/faults.ts'
import { childElements, type XmlElement } from '../../xml/document.ts'
import { clark, XSD } from '../../xml/events.ts'
import { isXmlName } from '../../xml/names.ts'
import { checkCombinations } from './combinations.ts'
import { CONSTRUCTS, type Construct, type Phase, type ValueKind } from './constructs.ts'
import { labelOf, quote, type SchemaReport } from './report.ts'

/** Tells all that XML Schema's own grammar (Structures, appendix A) does not allow in a schema: unknown constructs, attributes and values. */
export function checkSyntax(root: XmlElement, report: SchemaReport): void {
  checkConstruct(root, CONSTRUCTS.schema, report)
}

function checkConstruct(element: XmlElement, construct: Construct, report: SchemaReport): void {
  checkAttributes(element, construct, report)
  checkCombinations(element, report)
  if (construct.phases === undefined) return
  checkText(element, report)
  checkChildren(element, construct.phases, report)
}

function checkAttributes(element: XmlElement, { attributes, required = [] }: Construct, report: SchemaReport): void {
  for (const { ns, local, value } of element.attributes) {
    if (ns !== '' && ns !== XSD) continue
    const kind = ns === '' && Object.hasOwn(attributes, local) ? attributes[local] : undefined
    if (kind === undefined) {
      report.at(
        element,
        `${labelOf(element)} has an attribute ${quote(local)} that is not allowed there${suggestion(local, Object.keys(attributes))}`,
      )
    } else if (!VALUES[kind].fits(value.trim())) {
      report.at(element, `${labelOf(element)}: ${local}=${quote(value)} is not allowed; expected: ${VALUES[kind].expected}`)
    }
  }
  for (const name of required) {
    if (!element.attributes.some(({ ns, local }) => ns === '' && local === name)) {
      report.at(element, `${labelOf(element)} lacks the attribute ${quote(name)}`)
    }
  }
}

function checkText(element: XmlElement, report: SchemaReport): void {
  const text = element.children.find(child => child.kind === 'text' && child.text.trim() !== '')
  if (text?.kind === 'text')
    report.at(element, `${labelOf(element)} holds the text ${quote(text.text.trim())}; texts stand in xs:documentation only`)
}

/** Children come in phases, each of some names; the first child that fits none is told. */
function checkChildren(element: XmlElement, phases: readonly Phase[], report: SchemaReport): void {
  let at = 0
  let count = 0
  for (const child of childElements(element)) {
    while (at < phases.length && !takes(phases[at], child, count)) {
      if (lacks(phases[at], count)) return void report.at(element, lacking(element, phases[at]))
      at++
      count = 0
    }
    const construct = phases[at]?.names[child.local]
    if (construct === undefined) return void report.at(child, misplaced(child, element, phases))
    count++
    checkConstruct(child, CONSTRUCTS[construct], report)
  }
  for (; at < phases.length; at++, count = 0) {
    if (lacks(phases[at], count)) report.at(element, lacking(element, phases[at]))
  }
}

function takes(phase: Phase | undefined, { ns, local }: XmlElement, count: number): boolean {
  return phase !== undefined && ns === XSD && Object.hasOwn(phase.names, local) && count < (phase.most ?? Number.POSITIVE_INFINITY)
}

function lacks(phase: Phase | undefined, count: number): boolean {
  return phase?.needed === true && count === 0
}

function lacking(element: XmlElement, phase: Phase | undefined): string {
  return `${labelOf(element)} lacks a child: expected is ${names(phase ? [phase] : []).join(', ')}`
}

function misplaced(child: XmlElement, parent: XmlElement, phases: readonly Phase[]): string {
  const allowed = names(phases)
  if (child.ns !== XSD) return `<${clark(child)}> in ${labelOf(parent)} is not of XML Schema; allowed are ${allowed.join(', ')}`
  if (!allowed.includes(`xs:${child.local}`))
    return `xs:${child.local} may not stand in ${labelOf(parent)}${suggestion(`xs:${child.local}`, allowed)}`
  return `xs:${child.local} may not stand at this place in ${labelOf(parent)}; the order is ${phases.map(phase => names([phase]).join(' | ')).join(', then ')}`
}

function names(phases: readonly Phase[]): readonly string[] {
  return phases.flatMap(phase => Object.keys(phase.names)).map(name => `xs:${name}`)
}

const isQName = (text: string): boolean => {
  const [first = '', second = 'x', ...more] = text.split(':')
  return isXmlName(first) && isXmlName(second) && more.length === 0
}
const oneOf = (...allowed: readonly string[]) => ({ fits: (text: string) => allowed.includes(text), expected: allowed.join(', ') })

const VALUES: Readonly<Record<ValueKind, { fits(text: string): boolean; readonly expected: string }>> = {
  any: { fits: () => true, expected: '' },
  boolean: oneOf('true', 'false', '1', '0'),
  count: { fits: text => /^\+?\d{1,15}$/.test(text), expected: 'a whole number from 0' },
  most: { fits: text => text === 'unbounded' || /^\+?\d{1,15}$/.test(text), expected: 'a whole number from 0, or unbounded' },
  name: { fits: isXmlName, expected: 'a name without a prefix' },
  qname: { fits: isQName, expected: 'a name, with a prefix for its namespace' },
  qnames: { fits: text => text === '' || text.split(/\s+/).every(isQName), expected: 'names, with prefixes for their namespaces' },
  form: oneOf('qualified', 'unqualified'),
  use: oneOf('optional', 'required', 'prohibited'),
  process: oneOf('strict', 'lax', 'skip'),
  namespaces: {
    fits: text =>
      text === '##any' ||
      text === '##other' ||
      text.split(/\s+/).every(one => !one.startsWith('##') || /^##(?:targetNamespace|local)$/.test(one)),
    expected: '##any, ##other, or a list of namespaces, ##targetNamespace and ##local',
  },
}
