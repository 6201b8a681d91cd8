import { expect } from 'chai'
import { reachable } from '../../cli/admin-client.ts'
import { plain, plainLines } from '../../cli/terminal.ts'
import { bytes, counted, listed, span, table } from '../../cli/words.ts'

describe('the words of the commands', () => {
  const cases = [
    { name: 'milliseconds', said: span(250), expected: '250 ms' },
    { name: 'short spans with a tenth', said: span(1_540), expected: '1.5 s' },
    { name: 'seconds', said: span(42_400), expected: '42 s' },
    { name: 'two units', said: span(125_000), expected: '2 min 5 s' },
    { name: 'one unit where the other is nought', said: span(3_600_000), expected: '1 h' },
    { name: 'days', said: span(3 * 86_400_000 + 4 * 3_600_000), expected: '3 d 4 h' },
    { name: 'a span that went backwards', said: span(-5), expected: '0 ms' },
    { name: 'bytes', said: bytes(512), expected: '512 B' },
    { name: 'larger sizes', said: bytes(3.4 * 1_024 ** 2), expected: '3.4 MB' },
    { name: 'one of something', said: counted(1, 'delivery', 'deliveries'), expected: '1 delivery' },
    { name: 'many of something', said: counted(1_200, 'message'), expected: '1,200 messages' },
    { name: 'a list', said: listed(['a', 'b', 'c']), expected: 'a, b and c' },
    { name: 'a long list', said: listed(['a', 'b', 'c', 'd'], 2), expected: 'a, b and 2 more' },
    { name: 'an empty list', said: listed([]), expected: 'none' },
    { name: 'text of others without what would act on the terminal', said: plain('a\u001b[31m\nb\u202e\u0007'), expected: 'a?[31m b??' },
    { name: 'lines of others likewise', said: plainLines('a\n\tb\u001b]0;x\u0007'), expected: 'a\n\tb?]0;x?' },
    { name: 'an address of all interfaces as one that can be called', said: reachable('0.0.0.0:8081'), expected: 'http://127.0.0.1:8081' },
    { name: 'an address of IPv6 likewise', said: reachable('http://[::]:8081'), expected: 'http://[::1]:8081' },
    { name: 'any other address as it is', said: reachable('10.0.0.5:8081'), expected: 'http://10.0.0.5:8081' },
  ]
  for (const { name, said, expected } of cases) it(`say ${name}`, () => expect(said).to.equal(expected))

  it('align tables, and leave no blanks at the end', () => {
    expect(
      table(
        ['target', 'n'],
        [
          ['a', '10'],
          ['longer name', '2'],
        ],
      ),
    ).to.deep.equal(['target       n', 'a            10', 'longer name  2'])
  })
})
