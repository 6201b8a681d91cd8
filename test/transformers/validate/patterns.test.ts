import { expect } from 'chai'
import { isLinear, linearPattern } from '../../../transformers/validate/patterns.ts'

describe('patterns of schemas', () => {
  const forms = [
    { source: '^\\d{2}/\\d{2}/\\d{4}$', linear: true },
    { source: '^[A-Z]{3}$', linear: true },
    { source: '^[^@\\s]+@[^@\\s]+$', linear: true },
    { source: '^[a-z]+\\.[a-z]+$', linear: true },
    { source: '^\\S+$', linear: true },
    { source: '^a+b?$', linear: false },
    { source: '^\\w+\\w+$', linear: false },
    { source: '^[a-z.]+\\.[a-z]+$', linear: false },
    { source: '[^@]+@', linear: false },
    { source: '^(a+)+$', linear: false },
    { source: '^a|b$', linear: false },
    { source: '^a.*b.*c$', linear: false },
  ]
  for (const { source, linear } of forms) {
    it(`${source} ${linear ? 'is known to be linear' : 'runs on RE2'}`, () => expect(isLinear(source)).to.equal(linear))
  }

  const same = [
    '^(?:[a-z]+|\\d+)$',
    'a.c',
    '^\\s*$',
    '^(?:\\S+ ?)+$',
    '[\\s,;]',
    '\\u00e9',
    '^[\\w-]+(?:\\.[\\w-]+)*$',
    '\\p{Lu}',
    '^$',
    '\\d{2,4}$',
    '^[^\\s]+x?$',
  ]
  const texts = ['', 'abc', 'a\nc', 'a\rc', 'a\u2028c', '\u00a0', ' \t\ufeff', 'é', 'É', 'a-b.c', '12345', 'x y', 'a\u00a0b', ',']
  for (const source of same) {
    it(`${source} matches what JavaScript's own engine matches`, () => {
      const native = new RegExp(source, 'u')
      for (const text of texts) expect(linearPattern(source).test(text), JSON.stringify(text)).to.equal(native.test(text))
    })
  }

  it('takes no longer than the text deserves', () => {
    const started = performance.now()
    expect(linearPattern('^(a+)+$').test(`${'a'.repeat(20_000)}!`)).to.equal(false)
    expect(linearPattern('[^@]+@x').test('a'.repeat(100_000))).to.equal(false)
    expect(performance.now() - started).to.be.below(2_000)
  })

  for (const source of ['^(?!x)y', '(a)\\1', '(?<=a)b']) {
    it(`refuses ${source}`, () => expect(() => linearPattern(source)).to.throw(SyntaxError, 'cannot run in linear time'))
  }
})
