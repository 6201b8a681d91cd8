import { resolveOptions } from '../gateway/options.ts'
import type { RouteTest } from './project.ts'
import { testOptions } from './project-options.ts'
import { fieldsOf, given, listOf, textOf } from './value.ts'

const { send } = testOptions.properties

/** The tests of one file, as checked, in the form that code uses. */
export function testsOf(file: string, value: unknown): RouteTest[] {
  return listOf(value).flatMap((test, index) => {
    const fields = fieldsOf(test)
    const { to, body, headers, source, path, query } = resolveOptions(send, fieldsOf(fields.send))
    if (to === undefined) return []
    const meta = { ...given('path', path), ...given('query', query) }
    const message = { to, body, headers: headers ?? {}, source, ...meta }
    return [{ name: textOf(fields.test) ?? '', send: message, expect: fields.expect, path: ['tests', file, index] }]
  })
}
