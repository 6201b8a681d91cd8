import { escapeAttribute, escapeText } from '../../../transformers/xml/escape.ts'
import type { SampleElement } from './sample-element.ts'

/** The element as a document's text, a line each; texts between elements there are none. */
export function sampleXml(element: SampleElement): string {
  return `${linesOf(element, '', '').join('\n')}\n`
}

const SOME_TEXT = 'some text '

function linesOf({ ns, local, attributes, content, mixed }: SampleElement, outer: string, indent: string): readonly string[] {
  const open = `${indent}<${local}${ns === outer ? '' : ` xmlns="${escapeAttribute(ns)}"`}${attributes}`
  if (mixed && typeof content !== 'string') {
    const inner = content.flatMap(child => linesOf(child, ns, '')).map(text => text.trim())
    return [`${open}>${SOME_TEXT}${inner.join('')}</${local}>`]
  }
  if (content.length === 0) return [`${open}/>`]
  if (typeof content === 'string') return [`${open}>${escapeText(content)}</${local}>`]
  return [`${open}>`, ...content.flatMap(child => linesOf(child, ns, `${indent}  `)), `${indent}</${local}>`]
}
