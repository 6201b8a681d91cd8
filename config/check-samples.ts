import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Path } from './faults.ts'
import { suggestion } from './faults.ts'
import { filesIn } from './files.ts'
import type { Project } from './project.ts'
import { fieldsOf } from './value.ts'

/** A text that can only be meant as the path of a file. */
const PATH_LIKE = /^[\w.-]+(?:\/[\w.-]+)+\.(?:json|xml|csv|txt)$/

/** Whether a text that may be a value or the path of a file is meant as a path. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && PATH_LIKE.test(value)
}

/** Tells samples that stand-ins and tests name and that are not there. */
export function checkSamples(project: Project): void {
  for (const { answer, path } of Object.values(project.systems).flatMap(system => system.standIn)) {
    checkSample(answer, [...path, 'answer'], project)
  }
  for (const { send, expect, path } of project.tests) {
    checkSample(send.body, [...path, 'send', 'body'], project)
    for (const [entry, expected] of Object.entries(fieldsOf(fieldsOf(expect).to))) {
      checkSample(fieldsOf(expected).body, [...path, 'expect', 'to', entry, 'body'], project)
    }
  }
}

function checkSample(value: unknown, path: Path, { dir, faults }: Project): void {
  if (!isPath(value) || statSync(resolve(dir, value), { throwIfNoEntry: false })?.isFile()) return
  const known = value.startsWith('.') ? [] : filesIn(dir, dirname(value))
  faults.add('FILE', path, `there is no file "${value}"${suggestion(value, known)}`)
}
