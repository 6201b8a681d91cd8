import type { Bodies } from '../../gateway/ports.ts'

/** For parts that have no large bodies. */
export const noBodies: Bodies = {
  keep: () => Promise.reject(new Error('no body was to be kept')),
  adopt: () => Promise.reject(new Error('no file was to be adopted')),
  open: () => {
    throw new Error('no body was to be opened')
  },
  read: () => Promise.reject(new Error('no body was to be read')),
}
