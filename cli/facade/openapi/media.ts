import type { Description, Located } from './document.ts'

/** The schema of a body's JSON, and what it is called; undefined where it has none. A body of any type is JSON. */
export function jsonMedia(body: Located, description: Description): { readonly type: string; readonly schema: Located } | undefined {
  const content = description.member(body, 'content')
  const types = Object.keys(content.value)
  const found = types.find(isJson) ?? types.find(type => type === '*/*')
  if (found === undefined) return undefined
  const type = found.includes('*') ? 'application/json' : found
  return { type, schema: description.member(description.member(content, found), 'schema') }
}

function isJson(type: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)
}
