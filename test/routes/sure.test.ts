import { expect } from 'chai'
import { compileProject } from '../../routes/compile.ts'
import { load } from '../config/temporary-project.ts'

const START = `waybill: 1
name: small
systems: { shelf: { rest: 'http://127.0.0.1:1' }, desk: { rest: 'http://127.0.0.1:1' } }
routes:
  orders:
`

/** The faults of a route of these lines. */
function faultsOf(...lines: readonly string[]): string[] {
  const project = load({ 'waybill.yaml': START + lines.map(line => `    ${line}\n`).join('') })
  compileProject(project)
  return project.faults.list().map(({ message }) => message)
}

const FILE = '{ file: { folder: in }, format: csv }'
const FORM = '{ rest: { path: /forms, multipart: true }, format: csv }'
const BODY = '{ rest: POST /orders, format: csv }'
const PIECE = "to: { system: shelf, when: meta.file.name.startsWith('x') }"
const unguarded = (path: string): RegExp => new RegExp(`^${path} is optional in the schema; guard it`)

describe('conditions of a route', () => {
  const sure = [
    { name: 'the file of a route from a folder', lines: [`from: ${FILE}`, PIECE] },
    { name: 'the file of a route from folders and forms', lines: [`from: [${FILE}, ${FORM}]`, 'to: shelf', 'when: meta.file.bytes > 0'] },
    {
      name: 'the number of a record',
      lines: [
        `from: ${BODY}`,
        'split: { each: record }',
        'to: { first: [{ when: meta.record.number == 1, to: shelf }, { otherwise: desk }] }',
      ],
    },
    {
      name: "the number of a list's item",
      lines: ['from: { rest: POST /orders }', 'split: { each: body.lines }', 'to: shelf', 'when: meta.record.number > 1'],
    },
    {
      name: 'the file that a receipt is about',
      lines: [`from: ${FILE}`, 'split: { each: record }', 'to: shelf', "done: { to: { system: desk, when: meta.file.name != 'x' } }"],
    },
  ]
  for (const { name, lines } of sure) it(`need no guard for ${name}`, () => expect(faultsOf(...lines)).to.deep.equal([]))

  const unsure = [
    { name: 'the file of a route that takes bodies as well', lines: [`from: [${FILE}, ${BODY}]`, PIECE], path: 'meta.file' },
    {
      name: 'the record of a route that splits nothing',
      lines: [`from: ${FILE}`, 'to: shelf', 'when: meta.record.number > 1'],
      path: 'meta.record',
    },
    {
      name: 'what stands before the records',
      lines: [`from: ${FILE}`, 'split: { each: record }', 'to: shelf', 'when: meta.record.header.run > 1'],
      path: 'meta.record.header',
    },
    {
      name: 'the record of a receipt',
      lines: [`from: ${FILE}`, 'split: { each: record }', 'to: shelf', 'done: { to: { system: desk, when: meta.record.number > 1 } }'],
      path: 'meta.record',
    },
    {
      name: 'the file of the receipt of a body',
      lines: [`from: ${BODY}`, 'split: { each: record }', 'to: shelf', "done: { to: { system: desk, when: meta.file.name != 'x' } }"],
      path: 'meta.file',
    },
  ]
  for (const { name, lines, path } of unsure) {
    it(`need a guard for ${name}`, () => {
      const [fault, ...others] = faultsOf(...lines)
      expect(others).to.deep.equal([])
      expect(fault).to.match(unguarded(path))
    })
  }
})
