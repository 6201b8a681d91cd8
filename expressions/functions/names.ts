import { define, type FunctionSpec, nullable, text } from './define.ts'

/** Functions on names of people. */
export const nameFunctions: readonly FunctionSpec[] = [
  define({
    name: 'joinName',
    params: [nullable(text('first'))],
    rest: nullable(text('more')),
    returns: 'string',
    description: 'The parts of a name in one text, a space between them; parts that are empty or null are left out.',
    example: 'joinName(body.customer.first, body.customer.last)',
    run: (...parts) =>
      parts
        .map(part => part?.trim() ?? '')
        .filter(part => part !== '')
        .join(' '),
  }),
  define({
    name: 'splitName',
    params: [text('name')],
    returns: 'object',
    description: 'First and last name, as { first, last }: the last word is the last name; a comma tells otherwise ("Lovelace, Ada").',
    example: 'splitName(body.contact).last',
    run: splitName,
  }),
]

function splitName(name: string): { first: string; last: string } {
  const [before = '', after] = name.split(',')
  if (after !== undefined) return { first: after.trim(), last: before.trim() }
  const words = name.trim().split(/\s+/)
  return words.length === 1 ? { first: '', last: words[0] ?? '' } : { first: words.slice(0, -1).join(' '), last: words.at(-1) ?? '' }
}
