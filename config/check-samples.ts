import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Path } from './faults.ts'
import { suggestion } from './faults.ts'
import { filesIn } from './files.ts'
import type { Project } from './project.ts'
import { type Fields, fieldsOf, listOf } from './value.ts'

/** A text that can only be meant as the path of a file. */
const PATH_LIKE = /^[\w.-]+(?:\/[\w.-]+)+\.(?:json|ndjson|xml|csv|txt|dat|gz|tgz|tar|zip)$/

/** Whether a text, which may be a value as well, is meant as a path. */
export function isPath(value: unknown): value is string {
  return typeof value === 'string' && PATH_LIKE.test(value)
}

/** Tells samples that stand-ins and tests name and that are not there. */
export function checkSamples(project: Project): void {
  for (const { answer, answerKey = 'answer', path } of Object.values(project.systems).flatMap(system => system.standIn)) {
    // A text that a stand-in answers is always the path of a file.
    if (typeof answer === 'string') checkFile(answer, [...path, answerKey], project)
  }
  for (const { send, expect, path } of project.tests) {
    checkSample(send.body, [...path, 'send', 'body'], project)
    for (const key of ['to', 'done']) checkExpected(fieldsOf(fieldsOf(expect)[key]), [...path, 'expect', key], project)
  }
}

function checkExpected(entries: Fields, path: Path, project: Project): void {
  for (const [entry, expected] of Object.entries(entries)) {
    checkSample(fieldsOf(expected).body, [...path, entry, 'body'], project)
    for (const [index, body] of listOf(expected).entries()) checkSample(body, [...path, entry, index], project)
  }
}

function checkSample(value: unknown, path: Path, project: Project): void {
  if (isPath(value)) checkFile(value, path, project)
}

function checkFile(file: string, path: Path, { dir, faults }: Project): void {
  if (statSync(resolve(dir, file), { throwIfNoEntry: false })?.isFile()) return
  const folder = dirname(file)
  const known = folder === '.' || file.startsWith('.') ? filesIn(dir, 'samples') : filesIn(dir, folder)
  faults.add('FILE', path, `there is no file "${file}"${suggestion(file, known)}`)
}
