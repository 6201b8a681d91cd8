import { resolveOptions } from '../gateway/options.ts'
import type { RouteTest } from './project.ts'
import { testOptions } from './project-options.ts'
import { fieldsOf, listOf, textOf } from './value.ts'

const { send } = testOptions.properties

/** The tests of one file, as checked, in the form that code uses. */
export function testsOf(file: string, value: unknown): RouteTest[] {
  return listOf(value).flatMap((test, index) => {
    const fields = fieldsOf(test)
    const { to, body, headers, source } = resolveOptions(send, fieldsOf(fields.send))
    const path = ['tests', file, index]
    return to === undefined
      ? []
      : [{ name: textOf(fields.test) ?? '', send: { to, body, headers: headers ?? {}, source }, expect: fields.expect, path }]
  })
}
