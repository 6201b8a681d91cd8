import type { Project, SourceConfig } from '../../config/project.ts'
import { isBodyless, restSource } from './source-options.ts'

/** A source of forms needs requests with a body, and answers with receipts. */
export function checkRestSource(source: SourceConfig, { routes, faults }: Project): void {
  const { multipart, method } = restSource(source.options)
  if (!multipart) return
  const path = [...source.path, 'rest', 'multipart']
  if (isBodyless(method)) faults.add('CONFLICT', path, `a ${method} brings no form`, { mend: 'take `method: POST`' })
  const route = Object.values(routes).find(({ from }) => from.includes(source))
  if (route?.reply)
    faults.add('CONFLICT', path, 'the route has `reply`, and a form of files is answered with receipts', {
      mend: 'leave one of the two out',
    })
}
