import { pointerPart } from '../map/fields.ts'

/** The member names of a JSON pointer (RFC 6901); none for ''. */
export function pointerSteps(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Which list a pointer means, for people. */
export function pointerText(steps: readonly string[]): string {
  return steps.length === 0 ? 'the members of the list that is the whole body' : `the members of ${steps.map(pointerPart).join('')}`
}
