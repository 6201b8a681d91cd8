import { join, resolve } from 'node:path'
import type { InboundContext } from '../adapter.ts'
import { instanceOf } from './claims.ts'
import { type Poller, type PollerParts, startPoller } from './poller.ts'

/** Starts to look for files of a source; what a poller keeps beside its place lies in the folder of the store. The place is the source's folder itself. */
export function pollSource(
  { project, log }: Pick<InboundContext, 'project' | 'log'>,
  { binding, options, openPlace, gateway }: Pick<PollerParts, 'binding' | 'options' | 'openPlace' | 'gateway'>,
): Poller {
  const store = resolve(project.dir, project.store.path)
  return startPoller({
    binding,
    options: { ...options, folder: '' },
    openPlace,
    gateway,
    instance: instanceOf(store),
    incoming: join(store, 'incoming'),
    minFreeBytes: project.store.bounds.minFreeBytes,
    log,
  })
}
