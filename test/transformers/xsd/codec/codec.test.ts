import { expect } from 'chai'
import { GatewayError } from '../../../../gateway/errors.ts'
import { ExactNumber, isExactNumber } from '../../../../transformers/json/exact-number.ts'
import { XSD } from '../../../../transformers/xml/events.ts'
import { createElementCodec, createTypeCodec, type ElementCodec } from '../../../../transformers/xsd/codec/codec.ts'
import type { ComplexType, ElementDeclaration, SchemaSet, TypeDefinition } from '../../../../transformers/xsd/model.ts'
import { codeOf } from '../../code-of.ts'
import {
  attribute,
  boolean,
  builtin,
  complex,
  decimal,
  element,
  group,
  int,
  NS,
  named,
  one,
  qname,
  setOf,
  string,
  wildcard,
} from './components.ts'

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

/** The codec of a root `R` of the type. */
function codecOf(type: TypeDefinition, make: (root: ElementDeclaration) => SchemaSet = root => setOf([root])): ElementCodec {
  const root = element('R', type, { global: true })
  return createElementCodec(make(root), root)
}

/** A document of the root with t: and xsi: declared. */
function doc(content: string, attributes = ''): string {
  return `<t:R xmlns:t="${NS}" ${XSI}${attributes}>${content}</t:R>`
}

/** The same document as the codec writes it. */
function written(content: string, { xsi = false, attributes = '' } = {}): string {
  return `<t:R${xsi ? ` ${XSI}` : ''} xmlns:t="${NS}"${attributes}>${content}</t:R>`
}

const sequence = (...declarations: readonly ElementDeclaration[]): ComplexType =>
  complex(
    group(
      'sequence',
      declarations.map(one1 => one(one1)),
    ),
  )

describe('what typed XML is as a body', () => {
  const ring: TypeDefinition = complex(group('sequence', [one(element('a', string))]), { ...named('Ring') })
  const base: ComplexType = complex(group('sequence', [one(element('a', string))]), { ...named('Base') })
  const derived: ComplexType = {
    ...complex(group('sequence', [one(element('a', string)), one(element('b', int))])),
    ...named('Derived'),
    base,
    derivation: 'extension',
  }
  const price: ComplexType = {
    ...complex(group('sequence', [])),
    content: { kind: 'simple', type: decimal },
    attributes: [attribute('currency', string, { required: true })],
  }
  const flags = [element('x', string, { global: true }), element('y', int, { global: true })] as const

  const cases: readonly [name: string, codec: ElementCodec, content: string, body: unknown, xsi?: boolean][] = [
    ['an object of its children', codecOf(sequence(element('a', string), element('b', int))), '<t:a>x</t:a><t:b>5</t:b>', { a: 'x', b: 5 }],
    [
      'a list for what may repeat, even once',
      codecOf(complex(group('sequence', [one(element('a', string), 0, 3)]))),
      '<t:a>x</t:a>',
      { a: ['x'] },
    ],
    ['nothing for what is absent', codecOf(complex(group('sequence', [one(element('a', string), 0)]))), '', {}],
    ['an empty text', codecOf(sequence(element('a', string))), '<t:a></t:a>', { a: '' }],
    [
      'an empty object',
      codecOf(sequence(element('a', complex(group('sequence', []), { content: { kind: 'empty' } })))),
      '<t:a/>',
      { a: {} },
    ],
    ['null for nil', codecOf(sequence(element('a', int, { nillable: true }))), '<t:a xsi:nil="true"/>', { a: null }, true],
    [
      '@nil where nil has attributes',
      codecOf(sequence(element('a', price, { nillable: true }))),
      '<t:a xsi:nil="true" currency="EUR"/>',
      { a: { '@nil': true, '@currency': 'EUR' } },
      true,
    ],
    ['$ beside attributes', codecOf(sequence(element('a', price))), '<t:a currency="EUR">1.5</t:a>', { a: { '@currency': 'EUR', $: 1.5 } }],
    ['true for true', codecOf(sequence(element('a', boolean))), '<t:a>true</t:a>', { a: true }],
    [
      'a list of a list type',
      codecOf(sequence(element('a', { ...builtin('ints'), variety: 'list', item: int }))),
      '<t:a>1 2</t:a>',
      { a: [1, 2] },
    ],
    [
      '@type for another type',
      codecOf(sequence(element('a', base)), root => setOf([root], [base, derived, ring])),
      '<t:a xsi:type="t:Derived"><t:a>x</t:a><t:b>1</t:b></t:a>',
      { a: { '@type': 'Derived', a: 'x', b: 1 } },
      true,
    ],
    [
      '$items where choices repeat',
      codecOf(
        complex(group('sequence', [one(element('h', string)), group('choice', [one(element('a', string)), one(element('b', int))], 0, 9)])),
      ),
      '<t:h>x</t:h><t:b>1</t:b><t:a>y</t:a><t:b>2</t:b>',
      { h: 'x', $items: [{ b: 1 }, { a: 'y' }, { b: 2 }] },
    ],
    [
      '$items with texts where content is mixed',
      codecOf(complex(group('choice', [one(element('b', string))], 0, 9), { mixed: true })),
      'one <t:b>two</t:b> three',
      { $items: ['one ', { b: 'two' }, ' three'] },
    ],
    [
      'the name that was there, of a substitution group',
      codecOf(complex(group('sequence', [one(flags[0])])), root => setOf([root, ...flags], [], new Map([[flags[0], flags]]))),
      '<t:y>5</t:y>',
      { y: 5 },
    ],
    [
      'one name of a choice',
      codecOf(complex(group('choice', [one(element('a', string)), one(element('b', int))]))),
      '<t:b>5</t:b>',
      { b: 5 },
    ],
    [
      '{ns}name for a second child of a name',
      codecOf(sequence(element('a', string), element('a', int, {}, ''))),
      '<t:a>x</t:a><a>5</a>',
      { a: 'x', '{}a': 5 },
    ],
    [
      'names that all objects have',
      codecOf(complex(group('sequence', [one(element('constructor', string), 0, 2), one(element('toString', string), 0)]))),
      '<t:constructor>x</t:constructor>',
      { constructor: ['x'] },
    ],
    [
      'texts for elements of a wildcard',
      codecOf(complex(group('sequence', [wildcard({ kind: 'other', ns: NS }, 0, 9)]))),
      '<o:a xmlns:o="urn:o" b="1"><o:c/>x</o:a>',
      { $any: ['<o:a xmlns:o="urn:o" b="1"><o:c/>x</o:a>'] },
    ],
  ]
  for (const [name, codec, content, body, xsi = false] of cases) {
    it(`is ${name}, and back`, () => {
      const read = codec.read(doc(content))
      expect(read).to.deep.equal(body)
      expect(codec.writeText(read)).to.equal(written(content, { xsi }))
    })
  }

  const numbers: readonly [lexical: string, json: string][] = [
    ['00123', '123'],
    ['+5', '5'],
    ['1.00', '1.00'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-0', '-0'],
    ['1234567890123456789012345678901234', '1234567890123456789012345678901234'],
  ]
  for (const [lexical, json] of numbers) {
    it(`keeps the text of ${lexical}`, () => {
      const codec = codecOf(sequence(element('a', decimal)))
      const body = codec.read(doc(`<t:a>${lexical}</t:a>`))
      const value = (body as { a: unknown }).a
      expect(isExactNumber(value) && value.text).to.equal(json)
      expect(codec.writeText(body)).to.equal(written(`<t:a>${lexical}</t:a>`))
    })
  }

  it('reads QNames with their namespace, and writes them with a prefix that it declares', () => {
    const codec = codecOf(sequence(element('a', qname)))
    const body = codec.read(doc('<t:a xmlns:p="urn:p">p:x</t:a>'))
    expect(body).to.deep.equal({ a: '{urn:p}x' })
    expect(codec.writeText(body)).to.equal(`<t:R xmlns:t="${NS}" xmlns:q1="urn:p"><t:a>q1:x</t:a></t:R>`)
  })

  it('drops comments, instructions and what only says where the schema is', () => {
    const codec = codecOf(sequence(element('a', int)))
    expect(codec.read(doc('<?x?><t:a>1<!-- 2 -->3</t:a><!-- c -->', ' xsi:schemaLocation="a b"'))).to.deep.equal({ a: 13 })
  })

  it('takes an empty element with a default for that', () => {
    expect(codecOf(sequence(element('a', int, { default: '7' }))).read(doc('<t:a/>'))).to.deep.equal({ a: 7 })
  })

  it('is texts by their names where the type is xs:anyType', () => {
    const anything = complex(group('sequence', []), { name: { ns: XSD, local: 'anyType' }, mixed: true })
    const codec = codecOf(sequence(element('a', anything)), root => setOf([root], [string]))
    const body = codec.read(doc('<t:a b="1"><t:c>007</t:c><d/></t:a>'))
    expect(body).to.deep.equal({ a: { '@b': '1', 't:c': '007', d: '' } })
    expect(codec.read(codec.writeText(body))).to.deep.equal(body)
    const typed = codec.read(doc('<t:a xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string">x</t:a>'))
    expect(typed).to.deep.equal({ a: { '@xsi:type': 'string', $: 'x' } })
    expect(codec.read(codec.writeText(typed))).to.deep.equal(typed)
    expect(codeOf(() => codec.read(doc('<t:a><c/><c/></t:a>')))).to.include('a second c')
  })

  it('is well-formed where the element itself is of xs:anyType', () => {
    const anything = complex(group('sequence', []), { name: { ns: XSD, local: 'anyType' }, mixed: true })
    const codec = codecOf(anything)
    expect(codec.read(codec.writeText('some text'))).to.equal('some text')
    expect(codec.read(codec.writeText({ 't:c': '007' }))).to.deep.equal({ 't:c': '007' })
  })

  it('declares on a part of a captured element what was declared around it', () => {
    const codec = codecOf(complex(group('sequence', [wildcard({ kind: 'other', ns: NS })])))
    const body = codec.read(`<R xmlns="${NS}" xmlns:o="urn:o" xmlns:v="urn:v"><o:a v:b="1"><d xmlns=""/></o:a></R>`)
    expect(body).to.deep.equal({ $any: ['<o:a xmlns:o="urn:o" xmlns:v="urn:v" v:b="1"><d xmlns=""/></o:a>'] })
  })

  it('reads a part of an rpc message by its type alone', () => {
    const codec = createTypeCodec(setOf([]), int, { ns: '', local: 'count' })
    expect(codec.read('<count>5</count>')).to.equal(5)
    expect(codec.writeText(6)).to.equal('<count>6</count>')
  })
})

describe('documents that do not fit their schema', () => {
  const line = complex(group('sequence', [one(element('sku', string)), one(element('n', int))]), {
    attributes: [attribute('id', int, { required: true }), attribute('v', decimal, { fixed: '1.0' })],
  })
  const codec = codecOf(
    complex(
      group('sequence', [
        one(element('a', string)),
        one(element('line', line), 1, 2),
        group('choice', [one(element('x', int)), one(element('y', int))]),
      ]),
    ),
  )
  const good = '<t:sku>s</t:sku><t:n>1</t:n>'
  const cases: readonly [content: string, expected: string][] = [
    [`<t:line id="1">${good}</t:line>`, '/t:R: the element {urn:t}line may not stand here; expected t:a'],
    ['<t:a>x</t:a><t:b/>', '/t:R: the element {urn:t}b may not stand here; expected t:line'],
    ['<t:a>x</t:a><a/>', '/t:R: the element a may not stand here; expected t:line'],
    ['<t:a>x</t:a>', '/t:R: the element ends too early; expected t:line'],
    [`<t:a>x</t:a>${`<t:line id="1">${good}</t:line>`.repeat(3)}`, '/t:R: the element {urn:t}line may not stand here; expected t:x or t:y'],
    [
      `<t:a>x</t:a><t:line id="1">${good}</t:line><t:x>1</t:x><t:y>1</t:y>`,
      '/t:R: the element {urn:t}y may not stand here; nothing more is expected',
    ],
    [`<t:a>x</t:a><t:line>${good}</t:line>`, '/t:R/t:line[1]: the attribute id is missing'],
    [`<t:a>x</t:a><t:line id="1" z="1">${good}</t:line>`, '/t:R/t:line[1]: the attribute z is not known; allowed are id or v'],
    [`<t:a>x</t:a><t:line id="1" v="2.0">${good}</t:line>`, '/t:R/t:line[1]: the attribute v is "2.0"; only "1.0" is allowed'],
    [`<t:a>x</t:a><t:line id="1">text${good}</t:line>`, '/t:R/t:line[1]: the text "text" may not stand here; expected t:sku'],
    ['<t:a xsi:nil="true"/>', '/t:R/t:a: xsi:nil may not stand here: the element is not nillable'],
    ['<t:a xsi:type="t:Nope">x</t:a>', '/t:R/t:a: xsi:type: no type "{urn:t}Nope" is known'],
    ['<t:a><t:b/></t:a>', '/t:R/t:a: the element {urn:t}b may not stand here; it holds a simple value only'],
  ]
  for (const [content, expected] of cases) {
    it(`are refused: ${expected}`, () => {
      expect(codeOf(() => codec.read(doc(content))))
        .to.match(/^SCHEMA_INVALID: line 1, column \d+: /)
        .and.include(expected)
    })
  }

  it('are refused with the place as data', () => {
    try {
      codec.read(`<t:R xmlns:t="${NS}">\n  <t:b/></t:R>`)
      expect.fail('it was read')
    } catch (error) {
      const [place] = error instanceof GatewayError ? (error.extras.errors ?? []) : []
      expect(place).to.include({ line: 2, column: 3, xpath: '/t:R' })
    }
  })

  it('are refused with another root', () => {
    expect(codeOf(() => codec.read('<a/>'))).to.include('/a: the element is a; expected {urn:t}R')
  })

  it('are refused where the type is abstract and none is named', () => {
    const shape = complex(group('sequence', []), { abstract: true, ...named('Shape') })
    expect(codeOf(() => codecOf(sequence(element('a', shape))).read(doc('<t:a/>')))).to.include('/t:R/t:a: the type Shape is abstract')
  })

  it('are refused where xsi:type names a type that is not derived', () => {
    const shape = complex(group('sequence', []), named('Shape'))
    const other = complex(group('sequence', []), named('Other'))
    const one2 = codecOf(sequence(element('a', shape)), root => setOf([root], [shape, other]))
    expect(codeOf(() => one2.read(doc('<t:a xsi:type="t:Other"/>')))).to.include('is not derived from {urn:t}Shape')
  })
})

describe('bodies that do not fit their schema', () => {
  const line = complex(group('sequence', [one(element('sku', string)), one(element('n', int))]), {
    attributes: [attribute('id', int, { required: true })],
  })
  const codec = codecOf(
    complex(
      group('sequence', [
        one(element('a', string)),
        one(element('line', line), 1, 2),
        group('choice', [one(element('x', int)), one(element('y', int))]),
      ]),
    ),
  )
  const good = { a: 'x', line: [{ '@id': 1, sku: 's', n: 2 }], x: 1 }
  const cases: readonly [name: string, body: unknown, expected: string][] = [
    ['none', 'text', 'the body: is the text "text"; an anonymous type is written from an object'],
    ['missing', { ...good, a: undefined }, 'the body: the member "a" is missing'],
    ['unknown', { ...good, b: 1 }, 'the body: the member "b" is not known to an anonymous type; allowed are a, line, x, y'],
    ['a number for a text', { ...good, a: 5 }, '/a: is the number 5; string is written from a text'],
    ['an object for a text', { ...good, a: {} }, '/a: the member "$" is missing'],
    ['null', { ...good, a: null }, '/a: is null; the element is not nillable'],
    ['no list', { ...good, line: good.line[0] }, '/line: is an object; it may repeat, so it is written from a list'],
    ['too many', { ...good, line: [...good.line, ...good.line, ...good.line] }, '/line: has 3 items; 1 to 2 are allowed'],
    ['deep down', { ...good, line: [{ ...good.line[0], n: true }] }, '/line/0/n: is true; int is written from a number'],
    ['an attribute', { ...good, line: [{ sku: 's', n: 2 }] }, '/line/0: the member "@id" is missing'],
    ['both of a choice', { ...good, y: 1 }, 'the body: some of the members a, line, x, y exclude one another'],
    ['none of a choice', { ...good, x: undefined }, 'the body: none of the members "x", "y" is there; one is needed'],
    ['no character of XML', { ...good, a: 'a\u0000b' }, '/a: character 2 of the value is U+0000, which XML 1.0 cannot hold'],
  ]
  for (const [name, body, expected] of cases) {
    it(`are refused: ${name}`, () => {
      expect(codeOf(() => codec.writeText(body))).to.include(`MAPPING_FAILED: ${expected}`)
    })
  }

  it('are refused where an element of a wildcard is not well-formed, or more than one', () => {
    const open = codecOf(complex(group('sequence', [wildcard({ kind: 'other', ns: NS })])))
    for (const text of [
      '<a',
      '<a/><b/>',
      'text',
      '<!-- c --><a/>',
      '<?x?><a/>',
      '<!DOCTYPE a><a/>',
      '<o:a/>',
      '</t:R>',
      '<a xmlns="urn:t"/>',
      '',
    ]) {
      expect(
        codeOf(() => open.writeText({ $any: [text] })),
        text,
      ).to.match(/^MAPPING_FAILED: \/\$any\/0: /)
    }
  })

  it('may have numbers as numbers, exact numbers and texts', () => {
    const plain = codecOf(sequence(element('a', decimal), element('b', int)))
    expect(plain.writeText({ a: new ExactNumber('1e3'), b: '007' })).to.equal(written('<t:a>1000</t:a><t:b>007</t:b>'))
    expect(plain.writeText({ a: 1e21, b: new ExactNumber('2.00') })).to.equal(written('<t:a>1000000000000000000000</t:a><t:b>2</t:b>'))
  })
})

describe('what is large or hostile', () => {
  it('is read and written in time where thousands of names may repeat', () => {
    const names = Array.from({ length: 2_000 }, (_, at) => one(element(`e${at}`, int), 0))
    const codec = codecOf(complex(group('sequence', [group('choice', names, 0, Number.POSITIVE_INFINITY), one(element('end', string))])))
    const text = written(
      `${Array.from({ length: 20_000 }, (_, at) => `<t:e${(at * 7) % 2_000}>${at}</t:e${(at * 7) % 2_000}>`).join('')}<t:end></t:end>`,
    )
    const start = performance.now()
    expect(codec.writeText(codec.read(text)) === text).to.equal(true)
    expect(performance.now() - start).to.be.lessThan(2_000)
  })

  it('is refused where a body is nested deeper than a document may be', () => {
    const node: { -readonly [K in keyof ComplexType]: ComplexType[K] } = complex(group('sequence', []))
    node.content = { kind: 'elements', particle: group('sequence', [one(element('n', node), 0)]) }
    let body: unknown = {}
    for (let level = 0; level < 10_000; level++) body = { n: body }
    expect(codeOf(() => codecOf(node).writeText(body))).to.include('the body is nested more than 100 levels deep')
  })

  it('is refused where a body names more namespaces than a root should declare', () => {
    const codec = codecOf(complex(group('sequence', [one(element('a', qname), 0, Number.POSITIVE_INFINITY)])))
    const names = Array.from({ length: 101 }, (_, at) => `{urn:${at}}x`)
    expect(codeOf(() => codec.writeText({ a: names }))).to.include('/a/100: names of more than 100 namespaces')
  })

  it('is refused where a number has more digits than any number has', () => {
    const codec = codecOf(sequence(element('a', decimal)))
    expect(codeOf(() => codec.read(doc(`<t:a>${'9'.repeat(1_001)}</t:a>`)))).to.include('has too many digits')
    expect(codeOf(() => codec.writeText({ a: new ExactNumber('1e999999999') }))).to.match(/^MAPPING_FAILED: \/a: /)
  })
})
