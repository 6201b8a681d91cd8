import { expect } from 'chai'
import { compileExpression } from '../../expressions/compile.ts'
import { EvaluationError } from '../../expressions/expression.ts'
import { functions, functionsReference } from '../../expressions/functions/registry.ts'
import { writeJsonText } from '../../transformers/json/codec.ts'

/** As JSON is written, so that 12.50 is seen. */
function evaluate(text: string, body: unknown = {}): string | undefined {
  const compiled = compileExpression(text, { body: true })
  if ('faults' in compiled) throw new Error(compiled.faults.map(fault => fault.message).join('; '))
  const value = compiled.expression.evaluate({ body })
  return value === undefined ? undefined : writeJsonText(value)
}

describe('the functions', () => {
  const cases: [text: string, written: string][] = [
    ['date("11/24/2026", "MM/DD/YYYY")', '"2026-11-24"'],
    ['date("24.11.26", "DD.MM.YY")', '"2026-11-24"'],
    ['date("24.11.70", "DD.MM.YY")', '"1970-11-24"'],
    ['date("02/29/2024", "MM/DD/YYYY")', '"2024-02-29"'],
    ['date("20261124", "YYYYMMDD")', '"2026-11-24"'],
    ['date("0099-12-31", "YYYY-MM-DD")', '"0099-12-31"'],
    ['dateTime("24.11.2026 17:05", "DD.MM.YYYY HH:mm")', '"2026-11-24T17:05:00"'],
    ['dateTime("20261124T170501", "YYYYMMDDTHHmmss")', '"2026-11-24T17:05:01"'],
    ['formatDate("2026-11-24", "YYYY-MM-DD", "DD.MM.YY")', '"24.11.26"'],
    ['formatDate("2026-11-24T17:05:01Z", "YYYY-MM-DDTHH:mm:ssZ", "HH:mm")', '"17:05"'],
    ['localTime(1793491199000, "UTC", "YYYYMMDD-HHmmss")', '"20261031-235959"'],
    ['localTime(1793491199000, "Asia/Tokyo", "YYYY-MM-DD")', '"2026-11-01"'],
    ['localTime(1793491200000, "Europe/Berlin", "HH:mm")', '"01:00"'],
    ['money(12.5, "USD")', '12.50'],
    ['money(1142.35, "USD")', '1142.35'],
    ['money(1.005, "USD")', '1.01'],
    ['money(-1.005, "USD")', '-1.01'],
    ['money(-0.001, "USD")', '0.00'],
    ['money(12.5, "JPY")', '13'],
    ['money(1, "KWD")', '1.000'],
    ['money(0.1 + 0.2, "EUR")', '0.30'],
    ['money(12345678901234567890, "USD")', '12345678901234567890.00'],
    ['round(2.5)', '3'],
    ['round(-2.5)', '-3'],
    ['round(2.675, 2)', '2.68'],
    ['round(3, 2)', '3.00'],
    ['round(3 * 19.99, 2)', '59.97'],
    ['round(2.5) == 3', 'true'],
    ['floor(-1.5)', '-2'],
    ['ceil(1.2)', '2'],
    ['abs(-3.5)', '3.5'],
    ['abs(-12345678901234567890)', '12345678901234567890'],
    ['min(3, 1, 2)', '1'],
    ['max([3, 1.5, 12345678901234567890])', '12345678901234567890'],
    ['sum([0.1, 0.2, 0.3])', '0.6'],
    ['sum([])', '0'],
    ['number("1142.35")', '1142.35'],
    ['number(" +007 ")', '7'],
    ['number(".5")', '0.5'],
    ['number("5.")', '5'],
    ['number("-0.50")', '-0.5'],
    ['number("12345678901234567890")', '12345678901234567890'],
    ['int("7.9")', '7'],
    ['int(-7.9)', '-7'],
    ['double("1.5")', '1.5'],
    ['text(12.5)', '"12.5"'],
    ['text(true)', '"true"'],
    ['string("a")', '"a"'],
    ['text(money(12.5, "USD"))', '"12.50"'],
    ['joinName("Ada", "Lovelace")', '"Ada Lovelace"'],
    ['joinName("Ada", "", null, " King ", "Lovelace")', '"Ada King Lovelace"'],
    ['joinName("Ada", body.?nope)', '"Ada"'],
    ['splitName("Ada King Lovelace")', '{"first":"Ada King","last":"Lovelace"}'],
    ['splitName("Lovelace, Ada")', '{"first":"Ada","last":"Lovelace"}'],
    ['splitName("Ada")', '{"first":"","last":"Ada"}'],
    ['lower("ÄB")', '"äb"'],
    ['"ab".upper()', '"AB"'],
    ['trim("  a ")', '"a"'],
    ['padLeft("7", 3, "0")', '"007"'],
    ['padRight("a", 3)', '"a  "'],
    ['replace("a.b.c", ".", "$&")', '"a$&b$&c"'],
    ['replace("abc", "", "x")', '"abc"'],
    ['split("a,b", ",")', '["a","b"]'],
    ['join(["a", 1, true], "-")', '"a-1-true"'],
    ['["a", "b"].join()', '"ab"'],
    ['substring("abcdef", 1, 3)', '"bc"'],
    ['substring("abc", 1)', '"bc"'],
    ['substring("abc", 1, 99)', '"bc"'],
    ['"abc".indexOf("c")', '2'],
    ['"abc".startsWith("ab")', 'true'],
    ['"abc".endsWith("bc")', 'true'],
    ['"abc".contains("x")', 'false'],
    ['size("😀")', '1'],
    ['size({"a": 1})', '1'],
    ['bool("true")', 'true'],
    ['coalesce(body.nope, null, 2)', '2'],
  ]
  for (const [text, written] of cases) {
    it(`${text} is ${written}`, () => {
      expect(evaluate(text)).to.equal(written)
    })
  }

  const errors: [text: string, message: RegExp, body?: unknown][] = [
    ['localTime(1e300, "UTC", "YYYY")', /is no moment of the years/],
    ['localTime(body.at, body.zone, "YYYY")', /"Berlin" is no time zone/, { at: 0, zone: 'Berlin' }],
    ['date("02/30/2026", "MM/DD/YYYY")', /"02\/30\/2026" \(MM\/DD\/YYYY\) is a date that does not exist/],
    ['date("02/29/2026", "MM/DD/YYYY")', /does not exist/],
    ['date("02/29/1900", "MM/DD/YYYY")', /does not exist/],
    ['date("04/31/2026", "MM/DD/YYYY")', /does not exist/],
    ['date("00/10/2026", "MM/DD/YYYY")', /does not exist/],
    ['date("13/01/2026", "MM/DD/YYYY")', /does not exist/],
    ['date("2/3/2026", "MM/DD/YYYY")', /has not the form MM\/DD\/YYYY/],
    ['date("11/24/2026 ", "MM/DD/YYYY")', /has not the form/],
    ['dateTime("24:00", "HH:mm")', /does not exist/],
    ['money(1, body)', /unknown currency "usd"; expected a code of ISO 4217/, 'usd'],
    ['number(body)', /"12,5" is no number/, '12,5'],
    ['number(body)', /"" is no number/, ''],
    ['number(body)', /"0x10" is no number/, '0x10'],
    ['number(body)', /takes a text or a number, saw null/, null],
    ['bool(body)', /expected "true" or "false", saw "yes"/, 'yes'],
    ['text(body)', /makes texts of numbers, true and false, saw an object/, {}],
    ['min(body)', /needs at least one number/, []],
    ['sum(body)', /takes numbers, saw a string/, ['1']],
    ['padLeft("a", body)', /up to 10000 characters/, 1e9],
    ['round(1.5, body)', /at most 20/, 1000],
    ['round(1.5, body)', /whole number from 0, saw 0.5/, 0.5],
    ['substring("abc", body)', /whole number from 0, saw -1/, -1],
    ['size(body)', /has a size, saw a number/, 1],
    ['joinName(body)', /first must be a string, saw a number/, 1],
  ]
  for (const [text, message, body] of errors) {
    it(`${text} of ${JSON.stringify(body)} is an error: ${message.source}`, () => {
      expect(() => evaluate(text, body)).to.throw(EvaluationError, message)
    })
  }

  it('are all in the reference, with a description, and an example that compiles', () => {
    const reference = functionsReference()
    expect(reference.map(({ name }) => name)).to.include.members([...functions.keys()])
    for (const { example, description } of reference) {
      expect(description).to.match(/\.$/)
      const compiled = compileExpression(example, { body: true, headers: true, line: true })
      expect(compiled, example).to.not.have.property('faults')
    }
  })
})
