import { expect } from 'chai'
import { compileProject } from '../../../../routes/compile.ts'
import { load } from '../../../config/temporary-project.ts'
import { faultsOf } from '../made.ts'

const PROJECT = `waybill: 1
name: small
systems:
  warehouse:
    rest: http://127.0.0.1:9001
routes:
  orders:
    from:
      rest: POST /orders
      format:
        fixed: { layout: layouts/orders.yaml }
    to: warehouse
`

/** The faults of a layout in a file, as \`waybill check\` prints them. */
function faultsIn(layout: string): string[] {
  const files = { 'waybill.yaml': PROJECT, 'layouts/orders.yaml': layout }
  const { faults } = load(files, {}, project => void compileProject(project))
  return faults.list().map(({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`)
}

function layout(given: Record<string, unknown>): string[] {
  return faultsOf('fixed', { layout: { fields: [{ name: 'a', length: 2 }], ...given } })
}

describe('faults of a layout', () => {
  it('are told at their place in its file', () => {
    const text = `length: 10
fields:
  - { name: sku, length: 6 }
  - { name: qty, start: 6, length: 4, type: numbr }
  - name: sku
    start: 10
    length: 3
`
    expect(faultsIn(text)).to.deep.equal([
      'layouts/orders.yaml:4:45 WRONG_VALUE "numbr" is not allowed; did you mean "number"? (allowed: date, number, text)',
    ])
    expect(faultsIn(text.replace('numbr', 'number'))).to.deep.equal([
      'layouts/orders.yaml:4:5 CONFLICT field "qty" (6 to 9) overlaps "sku" (1 to 6)',
      'layouts/orders.yaml:5:11 DUPLICATE field "sku" is given twice: here and as the field at 1 of the list',
      'layouts/orders.yaml:7:13 CONFLICT the field ends at character 12, and records have 10',
    ])
  })

  it('in YAML that cannot be read are told there too', () => {
    expect(faultsIn('fields: [\n')[0]).to.match(/^layouts\/orders.yaml:\d+:\d+ YAML /)
    expect(faultsIn('')).to.deep.equal(['layouts/orders.yaml:1:1 MISSING the file is empty'])
    expect(faultsIn('- a\n')[0]).to.match(/^layouts\/orders.yaml:1:1 WRONG_TYPE expected keys and values, saw a list/)
    expect(faultsIn('fields:\n  - { name: a, lenght: 2 }\n')[0]).to.match(
      /^layouts\/orders.yaml:2:\d+ UNKNOWN_KEY .*did you mean "length"\?/,
    )
  })

  it('are none where there is none', () => {
    expect(faultsIn('fields:\n  - { name: a, length: 2 }\n')).to.deep.equal([])
  })

  it('name files that could be meant', () => {
    const { faults } = load({ 'waybill.yaml': PROJECT, 'layouts/order.yaml': 'fields: []' }, {}, project => void compileProject(project))
    expect(faults.list().map(({ line, code, message }) => [line, code, message])).to.deep.equal([
      [11, 'FILE', 'there is no file "layouts/orders.yaml"; did you mean "layouts/order.yaml"? (known: layouts/order.yaml)'],
    ])
  })

  const date = { name: 'd', length: 6, type: 'date' }
  const wrong: readonly [given: Record<string, unknown>, fault: string][] = [
    [
      { fields: [{ name: 'a', length: 2, decimals: 2 }] },
      'CONFLICT layout.fields.0.decimals: "decimals" is of numbers, and this is a text',
    ],
    [
      { fields: [{ name: 'a', length: 2, pad: '--' }] },
      'WRONG_VALUE layout.fields.0.pad: a field is padded with one character, and "--" is 2',
    ],
    [
      { fields: [{ name: 'a', length: 2, type: 'number', align: 'left' }] },
      'CONFLICT layout.fields.0.align: zeros behind a number would be digits of it',
    ],
    [
      { fields: [{ name: 'a', length: 2, type: 'number', pad: '9' }] },
      'WRONG_VALUE layout.fields.0.pad: a number padded with "9" cannot be told from another',
    ],
    [{ fields: [date] }, 'MISSING layout.fields.0: a date needs its `pattern`, such as YYYYMMDD'],
    [
      { fields: [{ ...date, pattern: 'yyyy' }] },
      'WRONG_VALUE layout.fields.0.pattern: the date format "yyyy" names no part of a date (YYYY, YY, MM, DD, HH, mm, ss)',
    ],
    [
      { fields: [{ ...date, pattern: 'YYYYMMDD' }] },
      'CONFLICT layout.fields.0.length: the pattern YYYYMMDD has 8 characters, and the field 6',
    ],
    [{ fields: undefined }, 'MISSING layout: what stands in the records is missing'],
    [
      { records: { r: { fields: [{ name: 'a', length: 1 }] } } },
      'CONFLICT layout.fields: records are described by `fields` or by `records`',
    ],
    [{ header: { tag: 'H', fields: [{ name: 'h', start: 2, length: 1 }] } }, 'MISSING layout.header.tag: where does the tag stand?'],
    [
      { tag: { length: 2 }, header: { tag: 'H', fields: [{ name: 'h', start: 3, length: 1 }] } },
      'WRONG_VALUE layout.header.tag: the tag has 1 characters, and its place 2',
    ],
    [
      { tag: { length: 1 }, header: { tag: 'H', fields: [{ name: 'h', length: 3 }] } },
      'CONFLICT layout.header.fields.0: field "h" overlaps the tag (1 to 1)',
    ],
    [
      { tag: { length: 1 }, header: { tag: 'H', fields: [{ name: 'h', start: 2, length: 3 }] }, separator: 'none' },
      'MISSING layout.separator: records of 4 and 2 characters follow each other without line ends',
    ],
    [
      { tag: { length: 1 }, trailer: { tag: 'T', fields: [{ name: 't', start: 2, length: 3, type: 'number' }], count: 'n' } },
      'UNKNOWN_NAME layout.trailer.count: no number "n" is in the trailer; did you mean "t"? (known: t)',
    ],
    [
      { tag: { length: 1 }, trailer: { tag: 'T', fields: [{ name: 't', start: 2, length: 3, type: 'number' }], count: { t: 'lines' } } },
      'UNKNOWN_NAME layout.trailer.count.t: nothing is counted as "lines" (known: all, record, records)',
    ],
    [
      { tag: { length: 1 }, trailer: { tag: 'T', fields: [{ name: 't', start: 2, length: 3, type: 'number' }], sum: { t: 'a' } } },
      'UNKNOWN_NAME layout.trailer.sum.t: no number "a" is in the records (none are defined)',
    ],
  ]
  for (const [given, fault] of wrong) {
    it(`are told: ${fault.replace(/^.*?: /, '')}`, () => {
      expect(layout(given)).to.include(fault)
    })
  }

  it('concern types of records as well', () => {
    const records = {
      a: { tag: '1', fields: [{ name: 'x', start: 2, length: 1 }] },
      b: { tag: '1', fields: [{ name: 'record', start: 2, length: 1 }] },
      c: { fields: [{ name: 'x', start: 2, length: 1 }] },
    }
    expect(faultsOf('fixed', { layout: { tag: { length: 1 }, records } })).to.deep.equal([
      'DUPLICATE layout.records.b.tag: "a" has the tag "1" already',
      'MISSING layout.records.c: type "c" has no tag, and there are several types',
      'CONFLICT layout.records.b.fields.0.name: the field `record` of a body is the name of its type, since there are several',
    ])
  })

  it('that charset and layout make together are told', () => {
    expect(faultsOf('fixed', { layout: { separator: 'none', fields: [{ name: 'a', length: 1 }] } })).to.deep.equal([
      'CONFLICT charset: records without line ends are cut by their bytes, and characters of utf-8 have one to four',
    ])
  })
})
