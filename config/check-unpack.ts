import type { Project, RouteConfig } from './project.ts'

/** Tells where `unpack` makes no sense: what is packed can be read record by record only, and no content type says which format it has inside. */
export function checkUnpack({ from, split }: RouteConfig, { faults }: Project): void {
  for (const { unpack, formats, path } of from) {
    if (unpack === undefined) continue
    if (split?.each !== 'record') {
      const mend = 'add split: { each: record } to the route, or remove it'
      faults.add('CONFLICT', [...path, 'unpack'], 'what is packed is read record by record, and the route does not split by records', {
        mend,
      })
    }
    if (formats.length > 1) {
      const message = 'what is packed has one format, and the source has several'
      faults.add('CONFLICT', [...path, 'format'], message, { mend: 'leave one' })
    }
  }
}
