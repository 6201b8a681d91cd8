import { errors } from '../gateway/errors.ts'
import { suggestion } from './faults.ts'
import type { Project, RouteTest } from './project.ts'
import { type Fields, fieldsOf, listOf } from './value.ts'

/** Tells what a test expects and what no message can bring about. */
export function checkExpectations(project: Project): void {
  for (const test of project.tests) {
    const expect = fieldsOf(test.expect)
    checkCode(fieldsOf(expect.answer), test, project)
    checkReason(expect, test, project)
    checkRecords(expect, test, project)
  }
}

function checkCode({ status, code }: Fields, { send, path }: RouteTest, { faults, routes }: Project): void {
  if (typeof code !== 'string') return
  const at = [...path, 'expect', 'answer']
  const spec = Object.entries(errors).find(([name]) => name === code)?.[1]
  if (!spec) faults.add('UNKNOWN_NAME', [...at, 'code'], `unknown error code "${code}"${suggestion(code, Object.keys(errors))}`)
  // What a target refused may be answered with any status by a route whose sender waits for it.
  else if (typeof status === 'number' && status !== spec.status && !routes[send.to]?.reply) {
    const mend = `write ${spec.status}, or remove one of the two`
    faults.add('CONFLICT', [...at, 'status'], `${code} is answered with ${spec.status}, never with ${status}`, { mend })
  }
}

function checkRecords({ records, done }: Fields, { send, path }: RouteTest, { faults, routes }: Project): void {
  const route = routes[send.to]
  if (!route) return
  const at = [...path, 'expect']
  const told = (key: string, lacks: string) =>
    faults.add('CONFLICT', [...at, key], `route "${send.to}" has no \`${lacks}\``, { atKey: true, mend: `remove "${key}"` })
  if (records !== undefined && !route.split) told('records', 'split')
  if (done !== undefined && !route.done) told('done', 'done')
  const { error, rejects } = fieldsOf(records)
  const codes = [
    { code: error, path: [...at, 'records', 'error'] },
    ...listOf(rejects).map((one, index) => ({ code: fieldsOf(one).code, path: [...at, 'records', 'rejects', index, 'code'] })),
  ]
  for (const { code, path } of codes) {
    if (typeof code === 'string' && !Object.hasOwn(errors, code))
      faults.add('UNKNOWN_NAME', path, `unknown error code "${code}"${suggestion(code, Object.keys(errors))}`)
  }
}

function checkReason({ because, to }: Fields, { path }: RouteTest, { faults }: Project): void {
  if (because === undefined || Object.keys(fieldsOf(to)).length === 0) return
  const mend = 'remove "because", or the entries'
  faults.add('CONFLICT', [...path, 'expect', 'because'], 'a message with a reason why nothing is sent goes to no entry', {
    atKey: true,
    mend,
  })
}
